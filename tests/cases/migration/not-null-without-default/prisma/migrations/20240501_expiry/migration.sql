/*
  Warnings:

  - Added the required column `expiry` to the `Token` table without a default value. This is not possible if the table is not empty.

*/
-- AlterTable
ALTER TABLE "Token" ADD COLUMN     "expiry" TIMESTAMP(3) NOT NULL; -- expect: migration/not-null-without-default, migration/no-lock-timeout

-- CreateIndex
CREATE UNIQUE INDEX "Token_expiry_key" ON "Token"("expiry"); -- expect: migration/index-not-concurrent
