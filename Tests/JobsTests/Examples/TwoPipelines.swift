import Jobs

/// Runs two pipelines at the same time, stops one of them with a checkpoint and resumes it, and lets the other finish.
func runTwoPipelines(in world: World) async -> (stopped: JobOutcome, resumed: JobOutcome, other: JobOutcome) {
    let films = JobRun(JobOrder(["films"]), in: world)
    let plays = JobRun(JobOrder(["plays"]), in: world)

    async let stopped = films.run()
    async let other = plays.run()

    async let watching: Void = {
        for await progress in plays.updates {
            if let run = progress.run { print("plays: \(run.read) read") }
        }
    }()
    for await progress in films.updates {
        guard let run = progress.run else { continue }
        print("films: \(run.read) read after \(run.elapsed)")
        if run.read >= 2 { films.stop() }
    }

    let resumed: JobOutcome
    if let report = await stopped.reports.first, report.canBeResumed {
        resumed = await JobRun(JobOrder(["films"]), in: world).run()
    } else {
        resumed = await stopped
    }
    await watching
    return (await stopped, resumed, await other)
}
