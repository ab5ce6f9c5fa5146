;WITH [Found] AS (
  SELECT [Id] FROM [dbo].[Users]
)
UPDATE [dbo].[Orders]
SET [State] = 1
WHERE [UserId] IN (SELECT * FROM [Found])
GO
IF (SELECT COUNT(1) FROM #Wanted) < 1
  PRINT 'none'
IF (SELECT COUNT(1) FROM [dbo].[Orders]) > 0 -- expect: sql/exists-by-count
  PRINT 'some'
GO
