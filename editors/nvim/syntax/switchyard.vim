" The windows of :Switchyard explain and :Switchyard status.
if exists('b:current_syntax')
  finish
endif
syntax match SwitchyardTitle /\%1l.*/
syntax match SwitchyardLabel /^[a-z]\+\( of this server\)\?/
syntax match SwitchyardModel /\(^model \+\)\@<=.*/
syntax match SwitchyardModel /\(^  \d\+\. \)\@<=[^ ]\+\ze (/
syntax match SwitchyardGood /\<ready\>\|(applied)/
syntax match SwitchyardBad /\<rests for .*\|\<used up\>.*/
let b:current_syntax = 'switchyard'
