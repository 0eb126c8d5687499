public import Diagnostics
internal import TOML

/// Makes jobs out of names: finds the files, and what they run and need, and all that is wrong with that.
public struct JobBuilder {
    private let library: PipelineLibrary
    private let environment: [String: String]
    private let isRehearsal: Bool
    /// What `-D` sets, for the files that the command line names.
    private let given: VariableSettings
    /// What has been read, by the name that it was asked for.
    private var files: [String: Result<RunnableFile, DiagnosticList>] = [:]
    /// The files that the command line names.
    private var named: Set<String> = []
    /// The files that the one at hand is needed or run by, outermost first.
    private var trail: [Link] = []
    /// The files that variables of chains read by `${file:…}`, with the chains.
    private var filesOfChains: [ReservedFile] = []
    /// What is wrong.
    public private(set) var problems = DiagnosticList()
    private var told: Set<String> = []
    /// How steps first run the pipelines that are read from the last run on, by their files.
    private var incremental: [String: Job.Key] = [:]

    /// The jobs that have been made: many paths may lead to one.
    private var made: [Job.Key: Job] = [:]

    private struct Link {
        let file: RunnableFile
        /// What it does with the next one: `runs` or `needs`.
        var verb = ""
    }

    /// A builder.
    ///
    /// - Parameters:
    ///   - library: Where the files are.
    ///   - environment: The environment's variables.
    ///   - variables: What `-D` sets, for all that the command line names.
    ///   - isRehearsal: Whether nothing will be run: then a variable that must be given may be missing.
    public init(
        _ library: PipelineLibrary,
        environment: [String: String] = [:],
        variables: VariableSettings = VariableSettings(),
        isRehearsal: Bool = false
    ) {
        self.library = library
        self.environment = environment
        given = variables
        self.isRehearsal = isRehearsal
    }

    /// The job of a command: one thing after the other, until one fails.
    ///
    /// - Parameter names: The names or paths of pipelines and chains.
    /// - Returns: The job, as far as it can be made; what is wrong is among the problems.
    public mutating func command(_ names: [String]) -> Job {
        for name in names {
            if let file = file(name) { named.insert(file.source.name) }
        }
        let jobs = names.compactMap { name in file(name).map { job($0, as: $0.name, variables: given) } }
        let steps = jobs.enumerated().map { Job.Step(job: $1, needs: $0 > 0 ? [$0 - 1] : [], onFailure: .stop) }
        let name = names.joined(separator: " ")
        return Job(name: name, needs: [], work: .chain(steps), key: .init(path: "", variables: [:]))
    }

    /// The files that the job is made of, and those that its chains read: no output of it may replace one.
    public var reserved: [ReservedFile] {
        let files = files.values.compactMap { try? $0.get() }.map { file in
            switch file {
            case .pipeline(let pipeline): ReservedFile(pipeline.source.name, of: "the pipeline '\(pipeline.name)'")
            case .chain(let chain): ReservedFile(chain.source.name, of: "the chain '\(chain.name)'")
            }
        }
        return Set(files + filesOfChains).sorted { ($0.path, $0.owner) < ($1.path, $1.owner) }
    }

    private mutating func file(_ name: String, at place: SourceRange? = nil) -> RunnableFile? {
        let file = files[name] ?? library.file(name)
        files[name] = file
        switch file {
        case .success(let file):
            return file
        case .failure(let found):
            // That there is no such file is said wherever it is asked for.
            note(found.all.map { $0.placed(at: place.map { .text($0) }) })
            return nil
        }
    }

    /// Adds findings, each once.
    private mutating func note(_ found: [Diagnostic]) {
        for finding in found where told.insert(finding.identity).inserted { problems.append(finding) }
    }

    private mutating func job(_ file: RunnableFile, as name: String, variables: VariableSettings) -> Job {
        let key = Job.Key(path: file.source.name, variables: variables.texts)
        if let known = made[key] {
            return Job(name: name, needs: known.needs, work: known.work, key: key, size: known.size)
        }
        let job = newJob(file, as: name, variables: variables, key: key)
        made[key] = job
        return job
    }

    private mutating func newJob(
        _ file: RunnableFile,
        as name: String,
        variables: VariableSettings,
        key: Job.Key
    ) -> Job {
        trail.append(Link(file: file))
        defer { trail.removeLast() }
        switch file {
        case .pipeline(let pipeline):
            let needs = pipeline.needs.compactMap { need in
                follow(need, verb: "needs") { builder, other in
                    let path = other.source.name
                    return builder.job(
                        other,
                        as: other.name,
                        variables: builder.named.contains(path) ? builder.given : VariableSettings()
                    )
                }
            }
            return Job(name: name, needs: needs, work: .pipeline(pipeline, variables), key: key)
        case .chain(let chain):
            let steps = steps(of: chain, variables: variables)
            let size = steps.reduce(1) { $0.addingReportingOverflow($1.job.size).partialValue }
            return Job(name: name, needs: [], work: .chain(steps), key: key, size: size)
        }
    }

    private mutating func steps(of chain: ChainFile, variables: VariableSettings) -> [Job.Step] {
        let declared = chain.declared
        var found = DiagnosticList()
        let values = declared.values(
            given: variables,
            environment: environment,
            isRehearsal: isRehearsal,
            problems: &found
        )
        var steps: [Job.Step] = []
        var places: [String: Int] = [:]
        var count = 0
        for section in chain.steps {
            let settings = settings(of: section, values: values, found: &found)
            let job = follow(section.run, verb: "runs") { $0.job($1, as: section.name.name, variables: settings) }
            guard let job else { continue }
            count += job.size
            guard count <= FileLimits.steps else {
                note([Self.tooManySteps(at: section.run.range)])
                break
            }
            warnOfSharedState(job, at: section.run)
            places[section.name.name] = steps.count
            let needs = section.needs.compactMap { places[$0.name] }
            steps.append(Job.Step(job: job, needs: needs, onFailure: section.onFailure))
        }
        filesOfChains += values.filesRead.map { ReservedFile($0, of: "the chain '\(chain.name)'") }
        found = values.causes(in: found)
        if !found.hasErrors { found.append(contentsOf: DiagnosticList(declared.unused(values))) }
        note(found.all)
        return steps
    }

    /// Says that a step goes on where another one with other variables, of another account perhaps, has got to.
    private mutating func warnOfSharedState(_ job: Job, at run: Reference) {
        guard case .pipeline(let file, _) = job.work, let source = file.sources.first(where: { $0.since != nil }) else {
            return
        }
        guard let other = incremental[job.key.path] else {
            incremental[job.key.path] = job.key
            return
        }
        guard other != job.key else { return }
        note([
            Diagnostic(
                "pipeline.shared-state",
                message:
                    "'\(file.name)' runs here with other variables than before, and its source '\(source.name.name)' goes on "
                    + "where that run got to",
                at: .text(run.range),
                hint: "give each a pipeline of its own, or take 'since' out of that",
                severity: .warning
            )
        ])
    }

    /// What a step sets, as it is after interpolation.
    private func settings(
        of step: StepSection,
        values: VariableValues,
        found: inout DiagnosticList
    ) -> VariableSettings {
        var settings = VariableSettings()
        for setting in step.with {
            let place = VariableSettings.StepPlace(name: setting.name.range, value: setting.value.range)
            var text: String?
            do throws(Diagnostic) {
                text = try values.text(of: setting.value)
            } catch {
                found.append(error)
            }
            settings.set(setting.name.name, to: text, at: place)
        }
        return settings
    }

    private static func tooManySteps(at place: SourceRange) -> Diagnostic {
        Diagnostic(
            "pipeline.too-many",
            message: "a chain runs at most \(FileLimits.steps) steps, those of the chains in it among them",
            at: .text(place),
            hint: "divide it into several"
        )
    }

    /// What a reference leads to; nil if it leads nowhere, or back.
    private mutating func follow(
        _ reference: Reference,
        verb: String,
        body: (inout JobBuilder, RunnableFile) -> Job
    ) -> Job? {
        guard let file = file(reference.name, at: reference.range) else { return nil }
        guard trail.count < FileLimits.depth else {
            note([
                Diagnostic(
                    "pipeline.too-many",
                    message: "more than \(FileLimits.depth) files need or run one another in a row",
                    at: .text(reference.range),
                    hint: "a chain runs many pipelines one after the other, without any of them naming the next"
                )
            ])
            return nil
        }
        trail[trail.count - 1].verb = verb
        guard let start = trail.firstIndex(where: { $0.file.source.name == file.source.name }) else {
            return body(&self, file)
        }
        let circle = trail[start...].enumerated().map { index, link in
            (index == 0 ? "'\(link.file.name)' " : "'\(link.file.name)', which ") + link.verb
        }
        note([
            Diagnostic(
                "pipeline.circle",
                message: "this leads back to where it began: " + circle.joined(separator: " ") + " '\(file.name)'",
                at: .text(reference.range),
                hint: "take one of them out"
            )
        ])
        return nil
    }
}
