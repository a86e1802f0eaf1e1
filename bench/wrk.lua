-- wrk.lua - what wrk asks for and tells: pages as one signed-in user, or sign-ins in turn.
local people = tonumber(os.getenv("SIGNERS") or "0")
local n = 0

if people > 0 then
    request = function()
        n = n + 1
        local body = "form_token=" .. os.getenv("FORM") .. "&next=&email=user" .. (n % people)
            .. ".0%40signers.example&password=quiet-harbour-maple-lamp"
        return wrk.format("POST", nil, {
            ["Content-Type"] = "application/x-www-form-urlencoded",
            ["Cookie"] = os.getenv("COOKIE"),
        }, body)
    end
else
    wrk.headers["Cookie"] = os.getenv("COOKIE")
end

done = function(summary, latency)
    io.write(string.format(
        '\n{"requests":%d,"seconds":%.6f,"errors":%d,"bad":%d,"p50":%.1f,"p99":%.1f}\n',
        summary.requests, summary.duration / 1e6,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
        summary.errors.status, latency:percentile(50), latency:percentile(99)))
end
