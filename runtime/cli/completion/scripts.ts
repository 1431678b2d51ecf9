import type { Shell } from './shells';

/**
 * Every script asks `job-state complete -- WORD…` for what fits, with the word at the cursor last; one answer a line, a tab before what
 * it is. When nothing fits, the shell completes files.
 */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash;
    case 'zsh':
      return zsh;
    case 'fish':
      return fish;
    case 'powershell':
      return powershell;
  }
}

const bash = `# job-state completion for bash
_job_state() {
  local word _
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    COMPREPLY+=("$(printf '%q' "$word")")
  done < <(job-state complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _job_state job-state
`;

const zsh = `#compdef job-state
_job_state() {
  local line
  local -a found
  for line in "\${(@f)$(job-state complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#found )); then
    _describe 'job-state' found
  else
    _files
  fi
}
if [[ $funcstack[1] == _job_state ]]; then _job_state "$@"; else compdef _job_state job-state; fi
`;

const fish = `# job-state completion for fish
function __job_state_complete
  set -l before (commandline -opc)
  set -l found (job-state complete -- $before[2..] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c job-state -f -a '(__job_state_complete)'
`;

// An empty argument would get lost on the way to a program: a blank stands for it.
const powershell = `# job-state completion for PowerShell
Register-ArgumentCompleter -Native -CommandName job-state -ScriptBlock {
  param($word, $line, $position)
  $typed = @($line.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object { $_.ToString() })
  $current = if ($word -eq '') { ' ' } else { $word }
  job-state complete -- @typed $current 2>$null | ForEach-Object {
    $value, $text = $_ -split "\`t", 2
    $inserted = if ($value -match "[\\s']") { "'" + $value.Replace("'", "''") + "'" } else { $value }
    [System.Management.Automation.CompletionResult]::new($inserted, $value, 'ParameterValue', $(if ($text) { $text } else { $value }))
  }
}
`;
