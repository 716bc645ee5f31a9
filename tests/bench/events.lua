-- For wrk: posts events, one after another, from a file with a line "TIME NONCE SIGNATURE BODY" each,
-- which FILE in the environment names; at last prints "requests N us N failed N p50 N p99 N" (times
-- in microseconds).
local requests = {}
local next_one = 0

function init()
    for line in io.lines(os.getenv("FILE")) do
        local time, nonce, signature, body = line:match("^(%S+) (%S+) (%S+) (.*)$")
        requests[#requests + 1] = wrk.format("POST", nil, {
            ["Host"] = wrk.headers["Host"],
            ["Content-Type"] = "application/json",
            ["X-Lark-Request-Timestamp"] = time,
            ["X-Lark-Request-Nonce"] = nonce,
            ["X-Lark-Signature"] = signature,
        }, body)
    end
end

function request()
    next_one = next_one % #requests + 1
    return requests[next_one]
end

function done(summary, latency)
    local failed = 0
    for _, count in pairs(summary.errors) do
        failed = failed + count
    end
    print(string.format("requests %d us %d failed %d p50 %d p99 %d", summary.requests,
        summary.duration, failed, latency:percentile(50), latency:percentile(99)))
end
