<?php
class Checksums
{
    public function all($row, $given, $known): bool
    {
        if (md5($given) == $row['code']) { // expect: validation/loose-comparison
            return true;
        }
        if ($knownToken != sha1($given . 'x')) { // expect: validation/loose-comparison
            return false;
        }
        if (hash('sha256', $given) === $known || md5($given) !== $known) {
            return true;
        }
        if (!strcmp($_GET['a'], $known)) { // expect: validation/loose-comparison
            return true;
        }
        if (md5($this->subject) != $this->before) {
            return false;
        }
        if (!strcasecmp($_GET['a'], 'add')) {
            return true;
        }
        return strcmp($given, $known) == 0 && count($given) == 3;
    }
}
