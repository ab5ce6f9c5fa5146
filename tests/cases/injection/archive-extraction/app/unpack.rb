require "zip"

class Unpack
  def tar(io, folder)
    Gem::Package::TarReader.new(io).each do |entry|
      # expect: injection/archive-extraction
      File.open(File.join(folder, entry.full_name), "wb") { |file| file.write(entry.read) }
    end
  end

  def named(path, folder)
    Zip::File.open(path) do |archive|
      archive.each_with_index { |entry, at| entry.extract(File.join(folder, at.to_s)) }
      archive.each { |entry| entry.extract(File.join(folder, File.basename(entry.name))) }
    end
  end
end
