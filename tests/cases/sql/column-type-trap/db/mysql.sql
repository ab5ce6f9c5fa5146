CREATE TABLE `orders` (
  `id` bigint PRIMARY KEY AUTO_INCREMENT,
  `name` varchar(20) CHARACTER SET utf8, -- expect: sql/column-type-trap (info)
  `day` datetime DEFAULT '0000-00-00 00:00:00' -- expect: sql/column-type-trap (info)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4; -- expect: sql/column-type-trap (info)
INSERT INTO `orders` (`name`) VALUES ('ENGINE=MyISAM CHARSET=utf8');
