package import Diagnostics
package import PluginKit

/// Where a monitor listens: `127.0.0.1:6060`, `localhost`, `[::1]:6060`, `0.0.0.0:6060`.
package struct MonitorAddress: OptionValue, Hashable {
    /// The port if none is given, as in the guides of Go's profiler.
    package static let usualPort = 6060
    package static let shape = OptionShape.other("an address and a port, such as \"127.0.0.1:6060\"")

    /// The name or address of this machine; an IPv6 address without brackets.
    package let host: String
    /// The port; 0 for any that is free.
    package let port: Int

    /// Parses an address.
    ///
    /// - Parameter text: A host, and a port after a colon; without it, the port is 6060.
    /// - Throws: `monitor.address`.
    package init(_ text: String) throws(Diagnostic) {
        let isAnyPort = text.hasSuffix(":0")
        let rest = isAnyPort ? text.dropLast(2) : text[...]
        do throws(HostName.Flaw) {
            if let flaw = HostName.unsendable(in: text) { throw flaw }
            if rest.isEmpty || rest.hasPrefix(":") { throw HostName.Flaw("it names no host") }
            let name = try HostName(authority: rest)
            if isAnyPort, name.port != nil { throw HostName.Flaw("it has two ports") }
            (host, port) = (name.name, isAnyPort ? 0 : name.port ?? Self.usualPort)
        } catch {
            throw Diagnostic(
                "monitor.address",
                message: "the monitor cannot listen at '\(text)'" + (error.words.isEmpty ? "" : ": \(error.words)"),
                category: .usage,
                hint: "127.0.0.1:6060, or 0.0.0.0:6060 for all addresses of the machine"
            )
        }
    }

    package init(from input: OptionInput) throws(Diagnostic) {
        let text = try input.text(expected: Self.shape)
        do throws(Diagnostic) {
            try self.init(text)
        } catch {
            throw error.placed(at: .text(input.range))
        }
    }

    package var literal: String { "\"\(description)\"" }

    /// Whether only programs on this machine reach it.
    package var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}

extension MonitorAddress: CustomStringConvertible {
    /// The usual notation: `127.0.0.1:6060`, `[::1]:6060`.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
