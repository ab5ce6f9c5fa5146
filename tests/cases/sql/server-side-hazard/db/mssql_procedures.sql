CREATE PROCEDURE dbo.Find @term NVARCHAR(50), @count INT AS
BEGIN
  DECLARE @sql NVARCHAR(MAX) = N'SELECT id FROM orders WHERE note = ''' + @term + ''''; -- expect: sql/server-side-hazard (error)
  EXEC sp_executesql @sql;
  EXEC('DELETE FROM orders WHERE note = ''' + @term + ''''); -- expect: sql/server-side-hazard (error)
  DECLARE @safe NVARCHAR(MAX) = N'SELECT id FROM ' + QUOTENAME(@term);
  EXEC(@safe);
  EXEC sp_executesql N'SELECT id FROM orders WHERE note = @n', N'@n NVARCHAR(50)', @n = @term;
  SELECT id FROM orders WITH (NOLOCK) WHERE id = @count; -- expect: sql/server-side-hazard (warning)
  SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; -- expect: sql/server-side-hazard (warning)
  EXEC master.dbo.xp_cmdshell 'dir'; -- expect: sql/server-side-hazard (error)
  EXEC('DROP TABLE ' + @term); -- expect: sql/server-side-hazard (error)
END
GO
SELECT @@IDENTITY; -- expect: sql/server-side-hazard (warning)
GO
