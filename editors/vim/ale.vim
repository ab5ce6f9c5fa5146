" backspec for ALE, in Vim 8 or newer and Neovim. Source this file after ALE is loaded, or put it
" into ~/.vim/after/plugin/. The program `backspec` must be on PATH (or set g:ale_backspec_executable).
"
" ALE runs every linter it knows unless g:ale_linters names them; add 'backspec' where it does.

let g:ale_backspec_executable = get(g:, 'ale_backspec_executable', 'backspec')

function! BackspecProjectRoot(buffer) abort
  for l:mark in ['backspec.toml', '.backspec', '.git']
    let l:found = finddir(l:mark, fnamemodify(bufname(a:buffer), ':p:h') . ';')
    let l:found = empty(l:found) ? findfile(l:mark, fnamemodify(bufname(a:buffer), ':p:h') . ';') : l:found
    if !empty(l:found)
      return fnamemodify(substitute(l:found, '/$', '', ''), ':p:h:s?/\.git$??:s?/\.backspec$??')
    endif
  endfor
  return fnamemodify(bufname(a:buffer), ':p:h')
endfunction

for s:filetype in ['markdown', 'python', 'javascript', 'javascriptreact', 'typescript',
      \ 'typescriptreact', 'java', 'cs', 'go', 'ruby', 'php', 'sql', 'yaml', 'json', 'toml',
      \ 'graphql', 'proto']
  call ale#linter#Define(s:filetype, {
        \ 'name': 'backspec',
        \ 'lsp': 'stdio',
        \ 'executable': {buffer -> g:ale_backspec_executable},
        \ 'command': '%e server',
        \ 'language': s:filetype,
        \ 'project_root': function('BackspecProjectRoot'),
        \ })
endfor
