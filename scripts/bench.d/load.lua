-- One person after another, each with their own token; which endpoint comes as the first argument. An application is moved
-- to and fro between two stages, each by one thread only, so that every request changes something; which stage comes first
-- is the last argument, because another run has moved some already.
local thread_count = 0
function setup(thread)
  thread:set("mine", thread_count)
  thread_count = thread_count + 1
end

function init(arguments)
  what, path, first = arguments[1], arguments[2], tonumber(arguments[4])
  people = {}
  for line in io.lines(arguments[3]) do
    local fields = {}
    for field in line:gmatch("%S+") do fields[#fields + 1] = field end
    people[#people + 1] = fields
  end
  turn = 0
end

function request()
  turn = turn + 1
  local person = people[turn % #people + 1]
  local headers = { ["Authorization"] = "Bearer " .. person[1] }
  -- Behind token and two stages come applications; even ones are for the first thread, odd ones for the second.
  local round = math.floor(turn / #people)
  local half = math.floor((#person - 3) / 2)
  local application = person[4 + (round % half) * 2 + mine % 2]
  if what == "get" then return wrk.format("GET", path, headers) end
  if what == "detail" then return wrk.format("GET", path .. "?jobapp_id=" .. application, headers) end
  headers["Content-Type"] = "application/json"
  local stage = person[2 + (first + math.floor(round / half)) % 2]
  return wrk.format("POST", path, headers, '{"jobapp_id":"' .. application .. '","status_id":"' .. stage .. '"}')
end

function done(summary, latency)
  local errors = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %.1f %.3f %.3f %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, errors))
end
