package dev.backlot.system;

import dev.backlot.database.PreparedDatabase;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * All classes, read and verified once for the processes of a test JVM, which is half the work of a
 * start. Class data sharing takes classes from jars alone: so the directories of the class path
 * become one.
 */
final class SharedClasses {
  private SharedClasses() {}

  /** What its JVM needs to share them; it works without, only slower, on another class path. */
  static List<String> options() {
    return List.of("-XX:SharedArchiveFile=" + Archive.FILE, "-Xlog:cds=off");
  }

  /** The class path of this test JVM. */
  static String path() {
    return ClassPath.TEXT;
  }

  private static Path temporary(String name) throws IOException {
    Path directory = Files.createTempDirectory("backlot-test-" + name + "-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> PreparedDatabase.delete(directory)));
    return directory;
  }

  /** Left by a process that starts and stops when the first test asks for it. */
  private static final class Archive {
    private static final Path FILE = make();

    private static Path make() {
      try {
        Path directory = temporary("archive");
        Path file = directory.resolve("classes.jsa");
        BacklotProcess.startToArchive(directory.resolve("data"), file).close();
        return file;
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  private static final class ClassPath {
    private static final String TEXT = make();

    private static String make() {
      List<Path> directories = new ArrayList<>();
      List<String> jars = new ArrayList<>();
      for (String each : BacklotProcess.classPath().split(File.pathSeparator)) {
        Path path = Path.of(each);
        if (Files.isDirectory(path)) {
          directories.add(path);
        } else {
          jars.add(each);
        }
      }
      try {
        Path own = temporary("classes").resolve("classes.jar");
        pack(directories, own);
        jars.add(0, own.toString());
        return String.join(File.pathSeparator, jars);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    /** What several have is taken from the first, as a class loader does. */
    private static void pack(List<Path> directories, Path jar) throws IOException {
      Set<String> packed = new HashSet<>();
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
        out.setLevel(Deflater.BEST_SPEED);
        for (Path directory : directories) {
          for (Path file : files(directory)) {
            if (packed.add(name(directory, file))) {
              out.putNextEntry(new JarEntry(name(directory, file)));
              if (Files.isRegularFile(file)) {
                Files.copy(file, out);
              }
            }
          }
        }
      }
    }

    /** Directories have entries of their own: resources are looked for by them. */
    private static String name(Path directory, Path file) {
      String name = directory.relativize(file).toString().replace(File.separatorChar, '/');
      return Files.isDirectory(file) ? name + "/" : name;
    }

    /** And directories below it. */
    private static List<Path> files(Path directory) throws IOException {
      try (Stream<Path> all = Files.walk(directory)) {
        return all.filter(file -> !file.equals(directory)).toList();
      }
    }
  }
}
