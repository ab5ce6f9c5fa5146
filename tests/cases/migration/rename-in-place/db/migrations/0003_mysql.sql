-- expect: migration/rename-in-place
ALTER TABLE `orders` CHANGE `sum` `total` INT NOT NULL;
ALTER TABLE `orders` CHANGE `total` `total` BIGINT NOT NULL;
