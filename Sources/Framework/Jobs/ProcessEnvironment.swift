internal import Glibc

/// The environment of this process.
enum ProcessEnvironment {
    /// All variables, by name.
    static var variables: [String: String] {
        var all: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                all[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry = entry.advanced(by: 1)
        }
        return all
    }
}
