package shop;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

public class Files2 {
    private InputStream kept;

    void left(Path folder) throws IOException {
        Properties settings = new Properties();
        settings.load(new FileInputStream("a.properties")); // expect: resource/not-closed
        FileInputStream file = new FileInputStream("a"); // expect: resource/not-closed
        System.out.println(file.read());
        ZipFile zip = new ZipFile("a.zip"); // expect: resource/not-closed
        System.out.println(zip.size());
        System.out.println(Files.lines(folder).count()); // expect: resource/not-closed
    }

    InputStream given(Path folder) throws IOException {
        try (FileInputStream file = new FileInputStream("a")) {
            System.out.println(file.read());
        }
        FileInputStream closed = new FileInputStream("b");
        try {
            System.out.println(closed.read());
        } finally {
            closed.close();
        }
        this.kept = new FileInputStream("c");
        BufferedReader reader = new BufferedReader(new FileReader("d"));
        reader.close();
        FileInputStream passed = new FileInputStream("e");
        store(passed);
        try (Stream<String> lines = Files.lines(folder)) {
            System.out.println(lines.count());
        }
        return new FileInputStream("f");
    }

    void store(InputStream stream) {}
}
