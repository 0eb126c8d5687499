internal import Pipelines
internal import Platform
internal import StateStore

extension RunIdentity {
    /// The identity as the state stores it.
    var keyed: RunIdentity { RunIdentity(pipeline: key, id: id, date: date, time: time) }
}

extension StoredRun {
    /// The identity of the run, for a plan of the same pipeline.
    func identity(of plan: Plan) -> RunIdentity {
        RunIdentity(
            pipeline: plan.pipeline,
            id: identity.id,
            date: identity.date,
            time: identity.time,
            partition: plan.run.partition,
            instance: plan.run.instance
        )
    }
}
