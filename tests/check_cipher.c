#include "suite.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cipher.h"
#include "error.h"
#include "secret.h"

#define OFFICIAL "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="
#define CHALLENGE                                                                                  \
    "AAECAwQFBgcICQoLDA0ODxT/dH7HGaZSqzJLo9upOhvowBNFoYsOHrAH+TLGZ5WbEijFwYWVBDoYWhlGs3ZXmm1qlGEo" \
    "V5Z+trwwWP/fd46iskeqtG4POeoPNj7RvoK7"

static char key_text[] = "test key";
static const struct secret key = { key_text, sizeof(key_text) - 1 };
static const uint8_t iv[CIPHER_IV_LEN] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static const struct {
    struct cipher_part parts[3];
    size_t count;
    const char *hex;
} digests[] = {
    { { { "", 0 } }, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { { { "abc", 3 } }, 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { { { "a", 1 }, { "", 0 }, { "bc", 2 } },
      3,
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { { { "test key", 8 } },
      1,
      "fa2bdca424f01f01ffb48df93acc35d439c7fd331a1a7fba6ac2fd83aa9ab31a" },
};

START_TEST(digests_parts)
{
    char hex[CIPHER_HEX_LEN];
    char from_bytes[CIPHER_HEX_LEN];
    uint8_t digest[CIPHER_DIGEST_LEN];
    cipher_digest_hex(digests[_i].parts, digests[_i].count, hex);
    ck_assert_str_eq(hex, digests[_i].hex);
    cipher_digest(digests[_i].parts, digests[_i].count, digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        (void)snprintf(from_bytes + 2 * i, 3, "%02x", digest[i]);
    ck_assert_str_eq(from_bytes, digests[_i].hex);
}
END_TEST

static const struct {
    const char *body;
    const char *hex;
} signatures[] = {
    { "{\"encrypt\":\"" OFFICIAL "\"}",
      "ec96baea747aed9728605b3ef2c4d6c5785d0dd4bb9498f0410defdc1241a55f" },
    { "{\"encrypt\":\"" CHALLENGE "\"}",
      "bb2c7e252793979ed85278aea3092e0350a28072b8d90f8fcfb8cd5dfde611f5" },
};

START_TEST(signs)
{
    char hex[CIPHER_HEX_LEN];
    cipher_signature("1700000000", "950646929", &key, signatures[_i].body,
                     strlen(signatures[_i].body), hex);
    ck_assert_str_eq(hex, signatures[_i].hex);
}
END_TEST

static const struct {
    const char *base64;
    const char *plain;
} vectors[] = {
    { OFFICIAL, "hello world" },
    { CHALLENGE, "{\"challenge\":\"c-123\",\"token\":\"vt-abc\",\"type\":\"url_verification\"}" },
};

START_TEST(decrypts_vectors)
{
    struct error error = ERROR_INIT;
    struct buf plain = BUF_INIT(4096);
    ck_assert(cipher_decrypt(&key, vectors[_i].base64, strlen(vectors[_i].base64), &plain, &error));
    ck_assert_str_eq(buf_text(&plain), vectors[_i].plain);
    ck_assert_int_eq(error.kind, ERROR_NONE);
    buf_wipe(&plain);
}
END_TEST

START_TEST(encrypts_vector)
{
    struct error error = ERROR_INIT;
    struct buf base64 = BUF_INIT(4096);
    ck_assert(
        cipher_encrypt(&key, iv, vectors[1].plain, strlen(vectors[1].plain), &base64, &error));
    ck_assert_str_eq(buf_text(&base64), CHALLENGE);
    buf_release(&base64);
}
END_TEST

START_TEST(decrypts_what_it_encrypted)
{
    struct error error = ERROR_INIT;
    struct buf base64 = BUF_INIT(4096);
    struct buf plain = BUF_INIT(4096);
    char text[128];
    const size_t len = (size_t)_i;
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(i * 37 + 11);
    ck_assert(cipher_encrypt(&key, iv, text, len, &base64, &error));
    ck_assert_uint_eq(base64.len, (CIPHER_IV_LEN + len / 16 * 16 + 16 + 2) / 3 * 4);
    ck_assert(cipher_decrypt(&key, base64.data, base64.len, &plain, &error));
    ck_assert_uint_eq(plain.len, len);
    if (len > 0)
        ck_assert_mem_eq(plain.data, text, len);
    buf_release(&base64);
    buf_wipe(&plain);
}
END_TEST

/* Decryption of the text must fail, with the one error and nothing appended. */
static void refuse(const char *base64, size_t len, const char *why)
{
    struct error error = ERROR_INIT;
    struct buf plain = BUF_INIT(4096);
    ck_assert_msg(!cipher_decrypt(&key, base64, len, &plain, &error), "%s", why);
    ck_assert_int_eq(error.kind, ERROR_INVALID);
    ck_assert_str_eq(error.text, "the body cannot be decrypted");
    ck_assert_uint_eq(plain.len, 0);
    buf_wipe(&plain);
}

static const struct {
    const char *name;
    const char *base64;
} damaged[] = {
    { "nothing", "" },
    { "padding alone", "====" },
    { "an IV without a block", "AAECAwQFBgcICQoLDA0ODw==" },
    { "less than an IV", "AAEC" },
    { "a block and a half", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIb" },
    { "no padding where there should be", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk" },
    { "two characters of padding for one", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzgh==" },
    { "three characters of padding", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzg===" },
    { "padding in the middle", "P37w+VZImNgPEO1RBhJ6=tKl7n6zymIbEG1pReEzghk=" },
    { "padding at the beginning", "=37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=" },
    { "more after the padding", OFFICIAL "AAAA" },
    { "bits within two characters of padding",
      "AAECAwQFBgcICQoLDA0ODxv9qEMPD5goYC0wAGs2zbSMYhBW/RESSJ6iB3u54gYygo7W0e8Z1VVYIBmEURkgjh==" },
    { "bits within the padding", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghl=" },
    { "the alphabet for addresses", "P37w-VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=" },
    { "a newline", "P37w+VZImNgPEO1RBhJ6\ntKl7n6zymIbEG1pReEzghk=" },
    { "a space at the beginning", " 37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=" },
    { "a space at the end", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzgh= " },
    { "a byte beyond ASCII", "P37w+VZImNgPEO1RBhJ6\xfftKl7n6zymIbEG1pReEzghk=" },
    { "other bytes", "AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8=" },
};

START_TEST(refuses_damaged_text)
{
    refuse(damaged[_i].base64, strlen(damaged[_i].base64), damaged[_i].name);
}
END_TEST

START_TEST(refuses_truncated_text)
{
    char text[sizeof(CHALLENGE)];
    for (size_t len = 0; len < sizeof(CHALLENGE) - 1; len++) {
        memcpy(text, CHALLENGE, len);
        refuse(text, len, "truncated");
    }
}
END_TEST

START_TEST(refuses_a_nul)
{
    char text[] = OFFICIAL;
    text[20] = '\0';
    refuse(text, sizeof(text) - 1, "a NUL in the middle");
}
END_TEST

/* The character whose six bits are those of c, changed by bits. */
static char change_bits(char c, int bits)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return alphabet[(strchr(alphabet, c) - alphabet) ^ bits];
}

/* Changing the IV changes the plain text of a single block: here its last byte, the length of the
 * padding, to each of the 255 others. */
START_TEST(refuses_wrong_padding)
{
    struct error error = ERROR_INIT;
    struct buf base64 = BUF_INIT(4096);
    struct buf plain = BUF_INIT(4096);
    ck_assert(cipher_encrypt(&key, iv, "fifteen bytes..", 15, &base64, &error));
    base64.data[20] = change_bits(base64.data[20], _i >> 2);
    base64.data[21] = change_bits(base64.data[21], (_i & 3) << 4);
    if (_i > 0) {
        refuse(base64.data, base64.len, "wrong padding");
    } else {
        ck_assert(cipher_decrypt(&key, base64.data, base64.len, &plain, &error));
        ck_assert_str_eq(buf_text(&plain), "fifteen bytes..");
    }
    buf_wipe(&plain);
    buf_release(&base64);
}
END_TEST

START_TEST(refuses_another_key)
{
    static char other_text[] = "test kez";
    const struct secret other = { other_text, sizeof(other_text) - 1 };
    struct error error = ERROR_INIT;
    struct buf plain = BUF_INIT(4096);
    ck_assert(!cipher_decrypt(&other, OFFICIAL, strlen(OFFICIAL), &plain, &error));
    ck_assert_str_eq(error.text, "the body cannot be decrypted");
    ck_assert_uint_eq(plain.len, 0);
    buf_wipe(&plain);
}
END_TEST

START_TEST(keeps_below_the_ceiling)
{
    struct error error = ERROR_INIT;
    struct buf room = BUF_INIT(11);
    struct buf tight = BUF_INIT(10);
    ck_assert(cipher_decrypt(&key, OFFICIAL, strlen(OFFICIAL), &room, &error));
    ck_assert(!cipher_decrypt(&key, OFFICIAL, strlen(OFFICIAL), &tight, &error));
    ck_assert_int_eq(error.kind, ERROR_INVALID);
    buf_wipe(&room);
    buf_wipe(&tight);
    struct error second = ERROR_INIT;
    ck_assert(!cipher_encrypt(&key, iv, "abc", 3, &tight, &second));
    ck_assert_int_eq(second.kind, ERROR_INVALID);
    struct error third = ERROR_INIT;
    ck_assert(!cipher_encrypt(&key, iv, "abc", INT32_MAX, &room, &third)); /* not even looked at */
    ck_assert_int_eq(third.kind, ERROR_INVALID);
    buf_release(&tight);
}
END_TEST

START_TEST(gives_random_bytes)
{
    char one[2 * 16 + 1];
    char other[2 * 16 + 1];
    uint8_t large[1000] = { 0 };
    uint8_t single = 0;
    uint8_t any = 0;
    int zeros = 0;
    cipher_random_hex(one, 16);
    cipher_random_hex(other, 16);
    ck_assert_uint_eq(strlen(one), 32);
    ck_assert_uint_eq(strspn(one, "0123456789abcdef"), 32);
    ck_assert_str_ne(one, other);
    cipher_random(large, sizeof(large));
    for (size_t i = 0; i < sizeof(large); i++)
        zeros += large[i] == 0;
    for (int i = 0; i < 64; i++) {
        cipher_random(&single, 1);
        any |= single;
    }
    ck_assert_uint_ne(any, 0);
    ck_assert_int_lt(zeros, 100); /* some 4 are to be expected */
}
END_TEST

/* A configuration of OpenSSL's that allows no digest at all is never looked at. */
START_TEST(is_not_configured_by_the_environment)
{
    static const char configuration[] = "openssl_conf = all\n[all]\nalg_section = algorithms\n"
                                        "[algorithms]\ndefault_properties = fips=yes\n";
    char path[] = "/tmp/check-cipher-XXXXXX";
    char hex[CIPHER_HEX_LEN];
    const int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, configuration, strlen(configuration)),
                     (ssize_t)strlen(configuration));
    close(file);
    ck_assert_int_eq(setenv("OPENSSL_CONF", path, 1), 0);
    cipher_digest_hex(NULL, 0, hex);
    ck_assert_str_eq(hex, digests[0].hex);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(unsetenv("OPENSSL_CONF"), 0);
}
END_TEST

/* RFC 4231, cases 1 and 2. */
static const struct {
    const char *key;
    size_t key_len;
    const char *data;
    const char *hex;
} hmacs[] = {
    { "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b", 20,
      "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
    { "Jefe", 4, "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
};

START_TEST(authenticates)
{
    uint8_t digest[CIPHER_DIGEST_LEN];
    char hex[CIPHER_HEX_LEN];
    const char *data = hmacs[_i].data;
    const struct cipher_part parts[] = { { data, 3 }, { data + 3, strlen(data) - 3 } };
    cipher_hmac(hmacs[_i].key, hmacs[_i].key_len, parts, 2, digest);
    cipher_hex(digest, sizeof(digest), hex);
    ck_assert_str_eq(hex, hmacs[_i].hex);
}
END_TEST

static const struct {
    const char *data;
    const char *base64;
} codes[] = {
    { "", "" },
    { "f", "Zg==" },
    { "fo", "Zm8=" },
    { "foo", "Zm9v" },
    { "foob", "Zm9vYg==" },
    { "fooba", "Zm9vYmE=" },
    { "foobar", "Zm9vYmFy" },
    { "\xff\xfe", "//4=" },
};

START_TEST(codes_base64)
{
    struct buf coded = BUF_INIT(100);
    struct buf data = BUF_INIT(100);
    cipher_base64(codes[_i].data, strlen(codes[_i].data), &coded);
    ck_assert_str_eq(buf_text(&coded), codes[_i].base64);
    if (coded.len > 0) {
        ck_assert(cipher_unbase64(codes[_i].base64, coded.len, &data));
        ck_assert_str_eq(buf_text(&data), codes[_i].data);
    }
    buf_release(&coded);
    buf_release(&data);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "authenticates", authenticates, COUNT(hmacs));
    suite_add(suite, "codes base64", codes_base64, COUNT(codes));
    suite_add(suite, "digests", digests_parts, COUNT(digests));
    suite_add(suite, "signatures", signs, COUNT(signatures));
    suite_add(suite, "decrypts vectors", decrypts_vectors, COUNT(vectors));
    suite_add(suite, "encrypts a vector", encrypts_vector, 1);
    suite_add(suite, "there and back", decrypts_what_it_encrypted, 101);
    suite_add(suite, "damaged text", refuses_damaged_text, COUNT(damaged));
    suite_add(suite, "truncated text", refuses_truncated_text, 1);
    suite_add(suite, "a NUL", refuses_a_nul, 1);
    suite_add(suite, "wrong padding", refuses_wrong_padding, 256);
    suite_add(suite, "another key", refuses_another_key, 1);
    suite_add(suite, "ceiling", keeps_below_the_ceiling, 1);
    suite_add(suite, "random bytes", gives_random_bytes, 1);
    suite_add(suite, "environment", is_not_configured_by_the_environment, 1);
}

SUITE_MAIN("cipher", fill)
