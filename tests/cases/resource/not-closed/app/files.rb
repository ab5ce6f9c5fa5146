class Files
  def text(path)
    File.open(path).read # expect: resource/not-closed
  end

  def lines(path)
    file = File.open(path) # expect: resource/not-closed
    file.each_line { |line| note(line) }
  end

  def closed(path)
    file = File.open(path)
    file.gets
  ensure
    file&.close
  end

  def given(path)
    file = File.open(path)
    upload(file)
  end

  def handed(path, &block)
    File.open(path, &block)
  end

  def kept(path)
    @file = File.open(path)
  end

  def back(path)
    File.open(path)
  end
end
