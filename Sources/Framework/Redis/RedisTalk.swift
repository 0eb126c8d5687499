internal import Options
internal import Sockets

/// One connection with a server, from login to its end.
struct RedisTalk {
    private let connection: Connection
    private var parser: RedisParser
    private var input: [UInt8] = []
    /// Bytes to be written.
    var output: [UInt8] = []
    /// How many bytes of `output` are written.
    private var written = 0

    /// Connects, logs in, and waits for the server's first answer.
    ///
    /// - Throws: Why there is no connection.
    init(_ address: RedisAddress, limits: RedisLimits) throws(RedisFailure) {
        let deadline = Deadline(in: limits.connect)
        do {
            connection = try Connection(to: address.endpoint, until: deadline)
        } catch {
            throw .down(error)
        }
        parser = RedisParser(limit: limits.largestAnswer)
        if let password = address.password?.revealed {
            let user = address.user.map { [RedisCommand.Word.text($0)] } ?? []
            try say(RedisCommand(["AUTH"] + user + [.text(password)]), until: deadline)
        }
        if address.database != 0 {
            try say(RedisCommand("SELECT", .integer(Int64(address.database))), until: deadline)
        }
        // Without this, a server that accepts connections and never answers would delay the first command.
        try say(RedisCommand("PING"), until: deadline)
    }

    /// Sends a command and waits until the server accepts it.
    private mutating func say(_ command: RedisCommand, until deadline: Deadline) throws(RedisFailure) {
        do {
            try connection.write(command.bytes, until: deadline)
        } catch {
            throw .down(error)
        }
        while true {
            switch try answer() {
            case .error(let words)?: throw .accessDenied(Self.reason(words))
            case .some: return
            case nil: break
            }
            input.removeAll(keepingCapacity: true)
            let count: Int
            do {
                count = try connection.read(into: &input, atMost: 1 << 16, until: deadline)
            } catch {
                throw .down(error)
            }
            if count == 0 { throw .down(.closed) }
            parser.append(input[...])
        }
    }

    /// The first word of the server's error: the rest may repeat what was sent.
    private static func reason(_ words: String) -> String {
        // Of the errors `ERR`, only this one is transient.
        words.hasPrefix("ERR max number of clients") ? "MAXCLIENTS" : String(words.prefix { $0 != " " })
    }

    /// The next complete answer.
    mutating func answer() throws(RedisFailure) -> RedisValue? {
        do {
            return try parser.next()
        } catch {
            throw .garbled(error.reason)
        }
    }

    /// Writes as many bytes as possible without waiting.
    ///
    /// - Returns: Whether bytes that had to wait before were written: the server or the network is slow, but makes
    ///   progress.
    mutating func flush() throws(RedisFailure) -> Bool {
        let wasHeld = written > 0
        var hasMoved = false
        do {
            while written < output.count {
                let count = try connection.writeAvailable(output[written...])
                if count == 0 { return wasHeld && hasMoved }
                written += count
                hasMoved = true
            }
        } catch {
            throw .lost(error)
        }
        output.removeAll(keepingCapacity: output.count <= 1 << 20)
        written = 0
        return wasHeld && hasMoved
    }

    /// Waits for input, for room in the output if there is any, or to be woken.
    func wait(or wakeup: Wakeup, until deadline: Deadline) {
        connection.wait(writing: written < output.count, or: wakeup, until: deadline)
    }

    /// Reads the available bytes.
    ///
    /// - Returns: Whether there were any.
    mutating func receive() throws(RedisFailure) -> Bool {
        input.removeAll(keepingCapacity: true)
        let count: Int?
        do {
            count = try connection.readAvailable(into: &input, atMost: 1 << 16)
        } catch {
            throw .lost(error)
        }
        if count == 0 { throw .lost(.closed) }
        parser.append(input[...])
        return count != nil
    }
}
