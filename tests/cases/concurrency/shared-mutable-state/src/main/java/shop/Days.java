package shop;

import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

public class Days {
    private static final SimpleDateFormat DAY = new SimpleDateFormat("yyyy-MM-dd"); // expect: concurrency/shared-mutable-state
    private static final SimpleDateFormat LOCKED = new SimpleDateFormat("yyyy");
    private final ExecutorService kept = Executors.newFixedThreadPool(2);

    String day(Date date) {
        synchronized (LOCKED) {
            return LOCKED.format(date) + DAY.format(date) + new SimpleDateFormat("dd").format(date);
        }
    }

    boolean isEmpty(String text) {
        return text == "" || text == null; // expect: validation/loose-comparison
    }

    void run(Runnable task) {
        ExecutorService left = Executors.newCachedThreadPool(); // expect: concurrency/goroutine-leak
        left.submit(task);
        ExecutorService ended = Executors.newFixedThreadPool(2);
        ended.submit(task);
        ended.shutdown();
    }
}
