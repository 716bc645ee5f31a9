#!/bin/bash
# Makes certificates to be tested with: certificates.sh FOLDER
#
# In the folder: root.crt, to be trusted, and PEM files of certificates with their key, which are
# for bot.example.com and valid for 90 days unless their name says else:
#   good.pem      with its issuer, an intermediate authority
#   lone.pem      without it
#   address.pem   for 127.0.0.1
#   misnamed.pem  for other.example.com
#   soon.pem      5 days left
#   expired.pem   since 3 days
#   stale.pem     issued by an intermediate authority that has expired
#   self.pem      signed by itself
#   foreign.pem   of an authority that is not root.crt, with that authority's own certificate
set -eu
cd "$1"

key() {
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>>log
}

# sign NAME ISSUER COMMON-NAME DAYS EXTENSION…: NAME.key and NAME.crt.
sign() {
    local name=$1 issuer=$2 common=$3 days=$4 begin
    shift 4
    printf '%s\n' "$@" >extensions
    [ -e "$name.key" ] || key "$name"
    openssl req -new -key "$name.key" -subj "/O=Tests/CN=$common" -out request 2>>log
    # Of a certificate that is over, the beginning lies before its end, too.
    begin=$((days < 0 ? days * 2 : -1))
    openssl ca -batch -notext -config authority -name authority -extfile extensions \
        -cert "$issuer.crt" -keyfile "$issuer.key" -in request -out "$name.crt" \
        -startdate "$(date -u -d "$begin days" +%Y%m%d%H%M%SZ)" \
        -enddate "$(date -u -d "$days days 1 hour" +%Y%m%d%H%M%SZ)" 2>>log
}

# root NAME COMMON-NAME: an authority that signs itself.
root() {
    key "$1"
    openssl req -x509 -new -key "$1.key" -subj "/O=Tests/CN=$2" -days 365 -out "$1.crt" 2>>log
}

cat >authority <<END
[authority]
database = $PWD/index
new_certs_dir = $PWD
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = supplied
END
: >index

authority='basicConstraints=critical,CA:true'
name='subjectAltName=DNS:bot.example.com,DNS:www.example.com'
root root 'Test Root'
root other 'Other Root'
sign intermediate root 'Test Intermediate' 180 "$authority"
sign over root 'Test Intermediate Over' -3 "$authority"
sign leaf intermediate bot.example.com 90 "$name"
sign address intermediate 127.0.0.1 90 'subjectAltName=IP:127.0.0.1'
sign misnamed intermediate other.example.com 90 'subjectAltName=DNS:other.example.com'
sign soon intermediate bot.example.com 5 "$name"
sign expired intermediate bot.example.com -3 "$name"
sign stale over bot.example.com 90 "$name"
sign foreign other bot.example.com 90 "$name"
key self
openssl req -x509 -new -key self.key -subj /CN=bot.example.com -addext "$name" -days 90 -out self.crt \
    2>>log
for kind in address misnamed soon expired; do
    cat $kind.crt intermediate.crt $kind.key >$kind.pem
done
cat leaf.crt intermediate.crt leaf.key >good.pem
cat leaf.crt leaf.key >lone.pem
cat stale.crt over.crt stale.key >stale.pem
cat foreign.crt other.crt foreign.key >foreign.pem
cat self.crt self.key >self.pem
