internal import Diagnostics
internal import Pipelines
internal import PluginKit

extension Arguments {
    /// How much of a pipeline a command runs: `--limit`, `--dry-run` and `--partition`.
    ///
    /// A job of an array has to state whether it does one part of the work or all of it. Many arrays do not divide one
    /// pipeline; where one does, a job that did all of the work would go unnoticed.
    ///
    /// - Parameter environment: The environment's variables.
    /// - Returns: The scope; everything unless the flags restrict it.
    /// - Throws: `command.flag` and `environment.partition` for values that are not valid.
    func scope(_ environment: [String: String]) throws(Diagnostic) -> RunScope {
        if self["partition"] == nil { try ArrayJob(environment).refuseWithoutPart() }
        let scope = RunScope(limit: try limit, isDry: has("dry-run"), partition: try partition(environment))
        if scope.limit != nil, scope.partition != nil {
            throw Diagnostic(
                "command.flag",
                message:
                    "--limit cannot be combined with --partition: each part would read that many records",
                category: .usage,
                hint: "leave one of them out"
            )
        }
        return scope
    }

    /// The name of this use of a pipeline, from `--as`; nil for the default one.
    ///
    /// - Throws: `command.flag` if the value is not a name.
    func instance() throws(Diagnostic) -> String? {
        guard let name = self["as"] else { return nil }
        let isName = 1...64 ~= name.utf8.count && name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
        if isName { return name }
        throw Diagnostic(
            "command.flag",
            message: "--as must be a name, not '\(name.prefix(80))'",
            category: .usage,
            hint: "up to 64 letters, digits, '-', '_' and '.', such as --as anna"
        )
    }

    private var limit: Int? {
        get throws(Diagnostic) {
            guard let text = self["limit"] else { return nil }
            if let limit = Int(text), limit >= 0 { return limit }
            throw Diagnostic(
                "command.flag",
                message: "--limit must be a number of records, not '\(text)'",
                category: .usage,
                hint: "--limit 100"
            )
        }
    }

    /// The part of the records that `--partition` selects; nil for all.
    ///
    /// - Parameter environment: The environment's variables, which `auto` reads.
    /// - Returns: The part; nil where the flag is not given.
    /// - Throws: `command.flag` if the value is not a part; `environment.partition` if the environment is not that of
    ///   an array job.
    func partition(_ environment: [String: String]) throws(Diagnostic) -> RunScope.Partition? {
        guard let text = self["partition"] else { return nil }
        if text == "auto" { return try ArrayJob(environment).partition() }
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        if numbers.count == 2, let number = numbers[0], let count = numbers[1],
            let partition = RunScope.Partition(number, of: count)
        {
            return partition
        }
        throw Diagnostic(
            "command.flag",
            message: "--partition must state a part and the number of parts, not '\(text)'",
            category: .usage,
            hint: "--partition 1/4 to --partition 4/4, or --partition auto in an array job"
        )
    }
}
