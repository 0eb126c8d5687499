internal import Options
internal import Sockets

/// One connection with a server, from being let in to its end.
struct RedisTalk {
    private let connection: Connection
    private var parser: RedisParser
    private var input: [UInt8] = []
    /// What is to be written.
    var output: [UInt8] = []
    /// How much of it is.
    private var written = 0

    /// Connects and says who we are; the server has then answered once.
    ///
    /// - Throws: Why that is not possible.
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
        // One that takes connections and does not answer would be found out by the first who asks for something.
        try say(RedisCommand("PING"), until: deadline)
    }

    /// Sends a command and waits until the server agrees.
    private mutating func say(_ command: RedisCommand, until deadline: Deadline) throws(RedisFailure) {
        do {
            try connection.write(command.bytes, until: deadline)
        } catch {
            throw .down(error)
        }
        while true {
            switch try answer() {
            case .error(let words)?: throw .turnedAway(Self.reason(words))
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

    /// The first word of what the server says: the rest may repeat what was sent.
    private static func reason(_ words: String) -> String {
        // Only this `ERR` passes by itself.
        words.hasPrefix("ERR max number of clients") ? "MAXCLIENTS" : String(words.prefix { $0 != " " })
    }

    /// The next answer that has come in full.
    mutating func answer() throws(RedisFailure) -> RedisValue? {
        do {
            return try parser.next()
        } catch {
            throw .garbled(error.reason)
        }
    }

    /// Writes as much as goes without waiting.
    ///
    /// - Returns: Whether something went that did not before: the server, or the way to it, is slow, but takes it.
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

    /// Waits for something to read, for room to write if that is wanted, or to be woken.
    func wait(or wakeup: Wakeup, until deadline: Deadline) {
        connection.wait(writing: written < output.count, or: wakeup, until: deadline)
    }

    /// Reads what is there.
    ///
    /// - Returns: Whether there was something.
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
