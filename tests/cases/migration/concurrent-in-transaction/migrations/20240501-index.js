"use strict";

module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addIndex("orders", ["state"], { concurrently: true });
    await queryInterface.addColumn("orders", "a", { type: Sequelize.STRING, allowNull: false }); // expect: migration/not-null-without-default
    await queryInterface.addColumn("orders", "b", { type: Sequelize.STRING, allowNull: false, defaultValue: "" });
    await queryInterface.renameColumn("orders", "c", "d"); // expect: migration/rename-in-place
    await queryInterface.removeColumn("orders", "e"); // expect: migration/destructive-drop
    await queryInterface.sequelize.query("DROP TABLE coupons"); // expect: migration/destructive-drop
    await queryInterface.createTable("fees", { id: Sequelize.INTEGER });
    await queryInterface.addColumn("fees", "a", { type: Sequelize.STRING, allowNull: false });
  },

  async down(queryInterface) {
    await queryInterface.removeColumn("orders", "a");
  },
};
