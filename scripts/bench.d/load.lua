-- wrk script: requests of all users in turn, each with their own token.
-- Arguments: kind of request, path, file with the users, index of the first stage.
-- Updates move an application back and forth between two stages, each application by one thread only, so that every request
-- changes something. The first stage is an argument because an earlier run has moved some applications already.
local thread_count = 0
function setup(thread)
  thread:set("thread_index", thread_count)
  thread_count = thread_count + 1
end

function init(arguments)
  kind, path, first_stage = arguments[1], arguments[2], tonumber(arguments[4])
  users = {}
  for line in io.lines(arguments[3]) do
    local fields = {}
    for field in line:gmatch("%S+") do fields[#fields + 1] = field end
    users[#users + 1] = fields
  end
  turn = 0
end

function request()
  turn = turn + 1
  local user = users[turn % #users + 1]
  local headers = { ["Authorization"] = "Bearer " .. user[1] }
  -- The fields are token, two stages, applications; even applications belong to the first thread, odd ones to the second.
  local round = math.floor(turn / #users)
  local half = math.floor((#user - 3) / 2)
  local application = user[4 + (round % half) * 2 + thread_index % 2]
  if kind == "get" then return wrk.format("GET", path, headers) end
  if kind == "detail" then return wrk.format("GET", path .. "?jobapp_id=" .. application, headers) end
  headers["Content-Type"] = "application/json"
  local stage = user[2 + (first_stage + math.floor(round / half)) % 2]
  return wrk.format("POST", path, headers, '{"jobapp_id":"' .. application .. '","status_id":"' .. stage .. '"}')
end

function done(summary, latency)
  local errors = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %.1f %.3f %.3f %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, errors))
end
