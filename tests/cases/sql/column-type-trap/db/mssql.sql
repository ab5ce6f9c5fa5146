CREATE TABLE [dbo].[orders] (
  [id] BIGINT IDENTITY(1,1) NOT NULL,
  [note] NTEXT NULL, -- expect: sql/column-type-trap (info)
  [total] MONEY NULL, -- expect: sql/column-type-trap (hint)
  CONSTRAINT [pk] PRIMARY KEY CLUSTERED ([id])
);
GO
