-- Lets a test look into this Neovim: a line with a Lua expression in, a line of JSON with its value out.
local server = assert(vim.uv.new_pipe(false))

local function answer(client, expression)
  local done, value = pcall(assert(load("return " .. expression)))
  client:write(vim.json.encode(done and { value = value } or { fault = tostring(value) }) .. "\n")
end

local function serve(client)
  local unread = ""
  client:read_start(function(_, data)
    unread = unread .. (data or "")
    for line in unread:gmatch("([^\n]*)\n") do
      vim.schedule(function()
        answer(client, line)
      end)
    end
    unread = unread:match("[^\n]*$")
  end)
end

server:bind(vim.env.TEST_SOCKET)
server:listen(1, function()
  local client = assert(vim.uv.new_pipe(false))
  server:accept(client)
  serve(client)
end)
