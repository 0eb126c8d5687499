internal import Expressions
internal import PluginKit

/// The outputs of `route` that conditions lead to.
struct Conditions {
    /// The conditions, in the order in which they are tried.
    private(set) var all: [Expression] = []
    /// The names of the outputs: those of the conditions, and that of all other records.
    private(set) var names: [String] = []

    /// Checks the conditions.
    ///
    /// - Throws: All findings: `route.*`, `expression.*`.
    init(_ options: Route.Options, for input: Schema, in context: StageContext) throws(DiagnosticList) {
        var problems = DiagnosticList()
        if options.outputs != nil {
            throw DiagnosticList([
                Diagnostic(
                    "route.no-column",
                    message: "values are listed, and the column that has them is missing",
                    at: options.$outputs,
                    hint: "state it: by = \"type\"; for conditions there is [transform.routes]"
                )
            ])
        }
        guard let routes = options.routes, !routes.entries.isEmpty else {
            throw DiagnosticList([
                Diagnostic(
                    "route.no-outputs",
                    message: "there is no output",
                    at: options.$routes ?? options.$rest,
                    hint:
                        "state 'by' and 'outputs', or [transform.routes] with conditions such as films = 'year > 1990'"
                )
            ])
        }
        for entry in routes.entries {
            do throws(Diagnostic) { try RouteOutput.check(entry.name, at: entry.place) } catch {
                problems.append(error)
            }
            do throws(DiagnosticList) {
                let condition = try Expression(
                    entry.text,
                    for: input,
                    wants: .condition,
                    as: entry.name,
                    context: context.expressions
                )
                for warning in condition.warnings { context.log.sayOncePerPlace(warning) }
                all.append(condition)
            } catch {
                problems.append(contentsOf: error)
            }
            names.append(entry.name)
        }
        if let rest = options.rest {
            do throws(Diagnostic) { try RouteOutput.check(rest, at: options.$rest) } catch { problems.append(error) }
            if names.contains(rest) { problems.append(Routes.twice(rest, at: options.$rest)) }
            names.append(rest)
        }
        try problems.throwIfErrors()
    }
}
