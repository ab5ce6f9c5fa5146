<?php
class Checksums
{
    public function all($row, $given, $known): bool
    {
        if (md5($given) == $row['code']) { // expect: validation/loose-comparison
            return true;
        }
        if ($known != sha1($given . 'x')) { // expect: validation/loose-comparison
            return false;
        }
        if (hash('sha256', $given) === $known || md5($given) !== $known) {
            return true;
        }
        if (!strcmp($_GET['a'], $known)) { // expect: validation/loose-comparison
            return true;
        }
        return strcmp($given, $known) == 0 && count($given) == 3;
    }
}
