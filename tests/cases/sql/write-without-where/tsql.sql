DELETE [dbo].[orders]; -- expect: sql/write-without-where
GO
DELETE o FROM [dbo].[orders] o JOIN [dbo].[customers] c ON c.id = o.c_id;
GO
DELETE FROM #wanted;
DELETE [dbo].[orders] WHERE id = 1;
GO
