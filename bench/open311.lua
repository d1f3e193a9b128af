-- wrk script: files requests through Open311, each with words and a place of its own. KEY is the api_key.
local key = os.getenv("KEY")
local words = { "Lubang", "Lampu", "Sampah", "Selokan", "Jembatan", "Pompa", "Trotoar", "Pohon" }
local threads, n = {}, 0

function setup(thread)
  table.insert(threads, thread)
  thread:set("id", #threads)
end

function init()
  refused = 0
end

function request()
  n = n + 1
  local body = string.format(
    "api_key=%s&service_code=road&lat=%.6f&long=%.6f&description=%s+nomor+%d-%d+di+jalan+menuju+pasar&attribute%%5Bdamage%%5D=pothole&address_string=Jl.+Mawar+%d",
    key, -7.2 + (n % 977) / 10000, 111.8 + (n % 1013) / 10000, words[n % #words + 1], id, n, n)
  return wrk.format("POST", nil, { ["Content-Type"] = "application/x-www-form-urlencoded" }, body)
end

function response(status, _, body)
  if status ~= 201 then
    refused = refused + 1
    if refused == 1 then print("status " .. status .. " " .. body) end
  end
end

function done(summary, latency)
  local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do bad = bad + thread:get("refused") end
  print(string.format("RESULT %.1f %d %.2f %.2f", summary.requests / (summary.duration / 1e6), bad, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
