-- wrk script: asks for the paths of a file (PATHS), one after the other from a place of each thread's own.
local paths, n = {}, 0

function init()
  bad = 0
  for line in io.lines(os.getenv("PATHS")) do table.insert(paths, line) end
end

function request()
  n = n % #paths + 1
  return wrk.format("GET", paths[n])
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

function response(status, _, body)
  if status ~= 200 then
    bad = bad + 1
    if bad == 1 then print("status " .. status .. " " .. body:sub(1, 500)) end
  end
end

function done(summary, latency)
  local refused = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do refused = refused + thread:get("bad") end
  print(string.format("RESULT %.1f %d %.2f %.2f %.2f", summary.requests / (summary.duration / 1e6), refused, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency:percentile(95) / 1e3))
end
