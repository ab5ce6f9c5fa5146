package com.acme;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

public class Unpacker {

    public void anywhere(ZipInputStream zip, Path folder) throws IOException {
        ZipEntry entry;
        while ((entry = zip.getNextEntry()) != null) {
            Path target = folder.resolve(entry.getName()); // expect: injection/archive-extraction
            Files.copy(zip, target);
        }
    }

    public void inside(ZipInputStream zip, Path folder) throws IOException {
        ZipEntry entry;
        while ((entry = zip.getNextEntry()) != null) {
            Path target = folder.resolve(entry.getName()).normalize();
            if (!target.startsWith(folder)) {
                throw new IOException("entry outside of the folder: " + entry);
            }
            Files.copy(zip, target);
        }
    }

    public void flat(ZipFile zip, ZipEntry entry, File folder) throws IOException {
        File target = new File(folder, new File(entry.getName()).getName());
        Files.copy(zip.getInputStream(entry), target.toPath());
    }

    public File named(Report report, File folder) {
        return new File(folder, report.getName());
    }
}
