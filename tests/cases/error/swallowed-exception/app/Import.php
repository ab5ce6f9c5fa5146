<?php
function import(): void
{
    try {
        store();
    } catch (\Exception $e) { // expect: error/swallowed-exception
    }
    try {
        store();
    } catch (\Throwable) { // expect: error/swallowed-exception (info)
        // The next import brings the same rows again.
    }
    try {
        store();
    } catch (DuplicateRow $e) {
    }
    try {
        store();
    } catch (\Exception $e) {
        report($e);
    }
    try {
        $when = new \DateTimeImmutable($text);
    } catch (\Exception $e) {
    }
    try {
        $handle->close();
    } catch (\Exception $e) {
    }
}
