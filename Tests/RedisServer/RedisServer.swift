internal import Diagnostics
internal import Glibc
internal import PluginKit
public import PluginTestKit
public import Sockets

/// A Redis server of a test's own, on a free port of this machine, which keeps nothing when it is killed.
///
/// It is killed at the end, also when the test's process dies: a shell that started it waits for the end of a pipe.
public final class RedisServer: Sendable {
    /// Its port; the same after a restart.
    public let port: Int
    /// A folder for what it writes.
    public let folder: TemporaryFolder
    private let arguments: [String]
    private let shell = Locked<Shell?>(nil)

    private struct Shell {
        let process: pid_t
        /// When this is closed, the server is killed.
        let leash: Int32
    }

    /// A running server.
    ///
    /// - Parameter arguments: More settings, such as `--requirepass`, `secret`.
    /// - Throws: `test.redis` if there is no such program.
    public init(_ arguments: String...) throws {
        folder = try TemporaryFolder(.inMemory)
        port = try Self.freePort()
        self.arguments = arguments
        try start()
    }

    deinit { kill() }

    /// Where it listens.
    public var endpoint: Endpoint { .port(port, of: "127.0.0.1") }

    /// Its URL, without a user.
    public var url: String { "redis://127.0.0.1:\(port)" }

    /// Where else it listens.
    public var socket: String { folder.path("redis.sock") }

    /// Starts it, and returns when it answers.
    public func start() throws {
        let script = """
            cd '\(folder.path)' || exit 1
            redis-server "$@" > log 2>&1 &
            server=$!
            read -r line
            kill -9 $server
            wait $server
            """
        let settings = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", socket, "--dir", folder.path, "--save", "",
            "--appendonly", "no", "--pidfile", folder.path("pid"),
        ]
        let words = ["/bin/sh", "-c", script, "sh"] + settings + arguments
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Diagnostic("test.redis", message: "there is no pipe for the server")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        var pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        // A thread of Swift's holds signals back, and a shell that inherits this never hears of the end of its child.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process = pid_t()
        let status = posix_spawn(&process, "/bin/sh", &actions, &attributes, &pointers, environ)
        close(ends[0])
        guard status == 0 else { throw Diagnostic("test.redis", message: "no shell can be started") }
        let started = Shell(process: process, leash: ends[1])
        shell.withLock { $0 = started }
        try awaitAnswer()
    }

    /// Kills it at once, as a power cut would.
    public func kill() {
        guard
            let shell = shell.withLock({ shell in
                defer { shell = nil }
                return shell
            })
        else { return }
        close(shell.leash)
        var status: Int32 = 0
        while waitpid(shell.process, &status, 0) < 0, errno == EINTR {}
    }

    /// Has it stand still: it takes connections, and answers nothing.
    public func freeze() throws { Glibc.kill(try process, SIGSTOP) }

    /// Has it go on.
    public func thaw() throws { Glibc.kill(try process, SIGCONT) }

    private var process: pid_t {
        get throws {
            let text = try folder.text(of: "pid").prefix { $0 != "\n" }
            guard let number = pid_t(text) else { throw Diagnostic("test.redis", message: "the server has no number") }
            return number
        }
    }

    /// Ports that servers of this process have or had.
    private static let taken = Locked<Set<Int>>([])

    /// A port that nobody uses, below those that the system gives to whoever asks for any: it stays free until the server
    /// has it, and while it is restarted.
    private static func freePort() throws -> Int {
        for _ in 0..<1000 {
            let port = Int.random(in: 20_000..<32_000)
            guard taken.withLock({ $0.insert(port).inserted }) else { continue }
            if (try? Listener(at: .port(port, of: "127.0.0.1"))) != nil { return port }
        }
        throw Diagnostic("test.redis", message: "there is no free port")
    }

    private func awaitAnswer() throws {
        let deadline = Deadline(in: .seconds(20))
        while !deadline.isOver {
            if answers() { return }
            usleep(5000)
        }
        let log = (try? folder.text(of: "log")) ?? ""
        throw Diagnostic(
            "test.redis",
            message: "there is no Redis server: \(log)",
            hint: "scripts/prerequisites --for-tests installs it"
        )
    }

    /// Whether it answers anything at all; one that wants a password says so.
    private func answers() -> Bool { (try? answers(to: "PING", within: .seconds(1))) != nil }

    /// Gives it commands over a connection of their own, on this thread: a test that watches something else meanwhile
    /// is not kept from it by other tests.
    ///
    /// - Parameters:
    ///   - commands: Commands whose answer is one line, such as `DBSIZE`.
    ///   - time: How long it may take.
    /// - Returns: The answers, as the server sends them: `:42`.
    /// - Throws: Why there are none.
    public func answers(to commands: String..., within time: Duration = .seconds(20)) throws -> [String] {
        let deadline = Deadline(in: time)
        let connection = try Connection(to: endpoint, until: deadline)
        try connection.write(commands.flatMap { Array("\($0)\r\n".utf8) }, until: deadline)
        var bytes: [UInt8] = []
        while bytes.count(where: { $0 == 10 }) < commands.count {
            guard try connection.read(into: &bytes, atMost: 1000, until: deadline) > 0 else {
                throw SocketFailure.closed
            }
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
    }
}
