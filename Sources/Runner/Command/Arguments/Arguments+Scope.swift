internal import Diagnostics
internal import Pipelines
internal import PluginKit

extension Arguments {
    /// How much of a pipeline is to be done: `--limit`, `--dry-run` and `--partition`.
    ///
    /// A job of an array says itself whether it does a part of the work or all of it: many arrays are not about parts of
    /// one pipeline, and where one is, a job that did everything would go unnoticed.
    ///
    /// - Parameter environment: The environment's variables.
    /// - Returns: What is to be done; everything if nobody says otherwise.
    /// - Throws: `command.flag` and `environment.partition` for what makes no sense.
    func scope(_ environment: [String: String]) throws(Diagnostic) -> RunScope {
        if self["partition"] == nil { try ArrayJob(environment).refuseWithoutPart() }
        let scope = RunScope(limit: try limit, isDry: has("dry-run"), partition: try partition(environment))
        if scope.limit != nil, scope.partition != nil {
            throw Diagnostic(
                "command.flag",
                message:
                    "--limit is about the whole and each part would read as many records, so it cannot go with --partition",
                category: .usage,
                hint: "leave one of them out"
            )
        }
        return scope
    }

    /// What a use of a pipeline is called: `--as`; nil for the usual one.
    ///
    /// - Throws: `command.flag` for what makes no name.
    func instance() throws(Diagnostic) -> String? {
        guard let name = self["as"] else { return nil }
        let isName = 1...64 ~= name.utf8.count && name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
        if isName { return name }
        throw Diagnostic(
            "command.flag",
            message: "--as is a name, not '\(name.prefix(80))'",
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
                message: "--limit is a number of records, not '\(text)'",
                category: .usage,
                hint: "--limit 100"
            )
        }
    }

    /// Which part of the records `--partition` says; nil for all.
    ///
    /// - Parameter environment: The environment's variables, which `auto` goes by.
    /// - Returns: The part; nil where the flag is not given.
    /// - Throws: `command.flag` for what is no part; `environment.partition` where the variables of an array job are none.
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
            message: "--partition is a part and how many parts there are, not '\(text)'",
            category: .usage,
            hint: "--partition 1/4 to --partition 4/4, or --partition auto in an array job"
        )
    }
}
