<?php
return ['password' => 'Passwort-zu-kurz-2031'];
