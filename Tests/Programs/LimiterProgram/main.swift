// A process for the tests of limits that several share: it makes calls, several at a time, through a `rate-limit`, and
// says on standard output, a line each, when each was made: nanoseconds of the machine's monotonic clock.
//
//     LimiterProgram OPTIONS CALLS WORKERS

import Glibc
import PluginKit
import PluginTestKit
import StandardMiddleware

@concurrent func work(_ options: String, _ calls: Int, _ workers: Int) async throws {
    let limit = try Bench(time: SystemTime(), layer: "program").middleware(RateLimit.self, options: options)
    try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<workers {
            group.addTask {
                for _ in stride(from: worker, to: calls, by: workers) {
                    try await limit.handle(Call<Int, Void>(.page, stage: "program", input: 0)) { _ in
                        var now = timespec()
                        clock_gettime(CLOCK_MONOTONIC, &now)
                        let line = Array("\(now.tv_sec * 1_000_000_000 + now.tv_nsec)\n".utf8)
                        write(1, line, line.count)
                    }
                }
            }
        }
        try await group.waitForAll()
    }
}

let arguments = CommandLine.arguments
do {
    try await work(arguments[1], Int(arguments[2]) ?? 0, Int(arguments[3]) ?? 1)
} catch {
    let line = Array("\(error)\n".utf8)
    write(2, line, line.count)
    exit(1)
}
