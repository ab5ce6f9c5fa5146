ALTER TABLE [dbo].[orders] DROP FK_orders_customers;
ALTER TABLE [dbo].[orders] DROP CONSTRAINT DF_orders_state, COLUMN [state]; -- expect: migration/destructive-drop
GO
-- expect: migration/rename-in-place
EXEC sp_rename '[dbo].[orders].[sum]', 'total', 'COLUMN';
GO
