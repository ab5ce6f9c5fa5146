<?php
$title = $_GET['title'] ?? 'Shop';
$safe = htmlspecialchars($title, ENT_QUOTES);
function field($name)
{
    return isset($_POST[$name]) ? $_POST[$name] : '';
}
function shown($name)
{
    return htmlentities(field($name));
}
?>
<html>
<head><title><?= $safe ?></title></head>
<body>
<h1><?php echo $title; // expect: injection/xss-response
?></h1>
<form method="post">
  <input name="mail" value="<?= shown('mail') ?>">
</form>
<?php if (count($_GET) > 3): ?>
  <p><?= count($_GET) ?> filters</p>
<?php endif ?>
<p><?php printf('%d results', $_GET['n']) ?></p>
</body>
</html>
