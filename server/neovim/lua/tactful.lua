--- Tactful for Neovim 0.11: ghost text, Tab takes it, and the server hears what became of it.
---
---     vim.opt.runtimepath:append("/path/to/tactful/server/neovim")
---     require("tactful").setup({ cmd = { "/path/to/.venv/bin/tactful", "serve" } })
---
--- Neovim 0.12 shows inline completions by itself and does not need this; EDITORS.md has its few lines.
local api = vim.api

local M = {}

local GHOSTS = api.nvim_create_namespace("tactful")
local NAME = "tactful"

---@class tactful.Ghost What is on screen, or nothing.
---@field client vim.lsp.Client
---@field buffer integer
---@field command lsp.Command Run when it is taken; its argument is the suggestion's id.
---@field row integer Where it begins, in lines and bytes from 0.
---@field column integer
---@field text string All of it, with what has been typed of it since.
---@field tick integer The buffer's `changedtick` for which it was drawn.

---@type tactful.Ghost?
local ghost
---@type { client: vim.lsp.Client, id: integer }?
local asking
---@type string The suggestion that was last told to be on screen.
local told = ""

local function caret()
  local row, column = unpack(api.nvim_win_get_cursor(0))
  return row - 1, column
end

local function erase()
  if ghost and api.nvim_buf_is_valid(ghost.buffer) then
    api.nvim_buf_clear_namespace(ghost.buffer, GHOSTS, 0, -1)
  end
  ghost = nil
end

--- What of the ghost is not yet in the buffer; nil when the caret is elsewhere or something else was typed.
local function rest()
  if not ghost or ghost.buffer ~= api.nvim_get_current_buf() then
    return nil
  end
  local row, column = caret()
  if row ~= ghost.row or column < ghost.column then
    return nil
  end
  local typed = api.nvim_get_current_line():sub(ghost.column + 1, column)
  return vim.startswith(ghost.text, typed) and ghost.text:sub(#typed + 1) or nil
end

--- Draws what is left of the ghost; false when nothing is.
local function draw()
  local left = rest()
  if not left or left == "" then
    return false
  end
  local row, column = caret()
  local lines = vim.split(left, "\n", { plain = true })
  local below = vim.tbl_map(function(line)
    return { { line, "TactfulGhost" } }
  end, vim.list_slice(lines, 2))
  api.nvim_buf_clear_namespace(ghost.buffer, GHOSTS, 0, -1)
  api.nvim_buf_set_extmark(ghost.buffer, GHOSTS, row, column, {
    virt_text = { { lines[1], "TactfulGhost" } },
    virt_text_pos = "inline",
    virt_lines = #below > 0 and below or nil,
  })
  ghost.tick = api.nvim_buf_get_changedtick(ghost.buffer)
  return true
end

--- The suggestion has ended otherwise than by being taken; false when there was none.
local function drop(kind, reason)
  if not ghost then
    return false
  end
  local id = ghost.command.arguments[1]
  ghost.client:notify("tactful/didEndCompletion", { id = id, kind = kind, reason = reason })
  erase()
  return true
end

local function stop_asking()
  if asking and not asking.client:is_stopped() then
    asking.client:cancel_request(asking.id)
  end
  asking = nil
end

--- An answer's item as a ghost at the caret.
local function show(client, item)
  local row, column = caret()
  local from = item.range and item.range.start.character or nil
  local line = api.nvim_get_current_line()
  erase()
  ghost = {
    client = client,
    buffer = api.nvim_get_current_buf(),
    command = item.command,
    row = row,
    column = from and vim.str_byteindex(line, client.offset_encoding, from, false) or column,
    text = (item.insertText:gsub("\r\n", "\n")),
    tick = 0,
  }
  local id = item.command.arguments[1]
  if not draw() then
    ghost = nil
  elseif told ~= id then
    told = id
    client:notify("textDocument/didShowCompletion", { id = id })
  end
end

--- Asks at the caret. An answer that comes too late is passed over.
---@param manual boolean? Whether a person asked; then no gate is in between.
function M.ask(manual)
  local buffer = api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ bufnr = buffer, name = NAME })[1]
  stop_asking()
  if not client or vim.fn.pumvisible() == 1 then
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = manual and 1 or 2 }
  local tick, row, column = api.nvim_buf_get_changedtick(buffer), caret()
  local function answered(_, answer)
    local now_row, now_column = caret()
    local here = api.nvim_get_current_buf() == buffer and now_row == row and now_column == column
    local inserting = api.nvim_get_mode().mode:sub(1, 1) == "i"
    if not (here and inserting) or api.nvim_buf_get_changedtick(buffer) ~= tick then
      return
    end
    asking = nil
    local item = answer and (answer.items or answer)[1]
    if item then
      show(client, item)
    else
      erase()
    end
  end
  local sent, id = client:request("textDocument/inlineCompletion", params, answered, buffer)
  asking = sent and id and { client = client, id = id } or nil
end

--- Takes the ghost; false when there is none.
function M.accept()
  local left = rest()
  if not left or left == "" then
    return false
  end
  local taken, row, column = ghost, caret()
  erase()
  stop_asking()
  local lines = vim.split(left, "\n", { plain = true })
  api.nvim_buf_set_text(taken.buffer, row, column, row, column, lines)
  local last = #lines == 1 and column + #left or #lines[#lines]
  api.nvim_win_set_cursor(0, { row + #lines, last })
  taken.client:exec_cmd(taken.command, { bufnr = taken.buffer }, function() end)
  return true
end

--- Rejects the ghost: the same is not shown here again unasked. False when there is none.
function M.dismiss()
  return drop("rejected", "escape")
end

local function changed()
  if not draw() then
    erase() -- the server sees in the document what was typed over, deleted or typed through
  end
  M.ask()
end

local function moved()
  if ghost and ghost.tick == api.nvim_buf_get_changedtick(0) and rest() ~= ghost.text then
    drop("ignored", "moved")
  end
end

local function left()
  stop_asking()
  drop("ignored", "moved") -- in Vim, Escape only says that one has typed enough
end

--- What `:Tactful …` can do.
local WORDS = {
  ask = function()
    M.ask(true)
  end,
  snooze = function(client, minutes)
    client:exec_cmd({ title = "", command = "tactful.snooze", arguments = { tonumber(minutes) or 5 } })
  end,
  pause = function(client)
    client:exec_cmd({ title = "", command = "tactful.pause" })
  end,
  resume = function(client)
    client:exec_cmd({ title = "", command = "tactful.resume" })
  end,
  why = function(client)
    client:request("tactful/explain", vim.empty_dict(), function(_, answer)
      vim.notify(answer and (answer.sentence or vim.inspect(answer)) or "Tactful does not answer.")
    end)
  end,
}

local function command(given)
  local word, argument = unpack(given.fargs)
  local client = vim.lsp.get_clients({ name = NAME })[1]
  if not client then
    vim.notify("Tactful is not running; :checkhealth vim.lsp says why.", vim.log.levels.WARN)
  elseif WORDS[word] then
    WORDS[word](client, argument)
  else
    vim.notify("Tactful knows: " .. table.concat(vim.tbl_keys(WORDS), ", "), vim.log.levels.WARN)
  end
end

local function watch(buffer)
  local group = api.nvim_create_augroup("tactful." .. buffer, {})
  local function on(events, call)
    api.nvim_create_autocmd(events, { group = group, buffer = buffer, callback = call })
  end
  on({ "TextChangedI", "InsertEnter" }, changed)
  on("CursorMovedI", moved)
  on({ "InsertLeave", "BufLeave" }, left)
  if buffer == api.nvim_get_current_buf() and api.nvim_get_mode().mode:sub(1, 1) == "i" then
    changed() -- somebody types already
  end
end

local function map(keys, act)
  if keys then
    vim.keymap.set("i", keys, function()
      if not act() then
        api.nvim_feedkeys(vim.keycode(keys), "n", false)
      end
    end, { desc = "Tactful" })
  end
end

---@class tactful.Options
---@field cmd string[]? What starts the server; `tactful serve` when none is given.
---@field settings table? The README's settings without `tactful.`, such as `{ gate = { eagerness = "quiet" } }`.
---@field filetypes string[]? Where to suggest; everywhere when none are given.
---@field accept string|false? The key that takes the suggestion; `<Tab>`.
---@field dismiss string|false? The key that rejects it; `<C-]>`.

--- Starts the server for files opened from now on.
---@param options tactful.Options?
function M.setup(options)
  options = vim.tbl_extend("keep", options or {}, { accept = "<Tab>", dismiss = "<C-]>" })
  api.nvim_set_hl(0, "TactfulGhost", { link = "NonText", default = true })
  vim.lsp.config(NAME, {
    cmd = options.cmd or { "tactful", "serve" },
    filetypes = options.filetypes,
    root_markers = { ".git" },
    init_options = { settings = options.settings or vim.empty_dict(), client = { tells = { "shown" } } },
    settings = { tactful = options.settings },
    on_attach = function(_, buffer)
      watch(buffer)
    end,
  })
  vim.lsp.enable(NAME)
  map(options.accept, M.accept)
  map(options.dismiss, M.dismiss)
  api.nvim_create_user_command("Tactful", command, {
    nargs = "+",
    complete = function()
      return vim.tbl_keys(WORDS)
    end,
  })
end

return M
