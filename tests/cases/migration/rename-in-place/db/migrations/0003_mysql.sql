-- expect: migration/rename-in-place
ALTER TABLE `orders` CHANGE `sum` `total` INT NULL;
ALTER TABLE `orders` CHANGE `total` `total` BIGINT NULL; -- expect: migration/type-change-rewrite
ALTER TABLE `orders` ADD COLUMN `payload_2` JSON;
ALTER TABLE `orders` CHANGE `payload_2` `payload` JSON NULL;
