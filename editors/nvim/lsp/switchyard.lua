-- For vim.lsp.config() and vim.lsp.enable() of Neovim 0.11 and later; what is
-- set with vim.lsp.config('switchyard', …) is laid over it.
return require('switchyard.client').config()
