<?php
function f($a) {
  return "a {$a['x']} $b";
}
$x = <<<EOT
hi $x
EOT;
class A { public $b = 1; }
?>
<p><?= $x ?></p>
