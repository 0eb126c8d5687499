import PluginKit
import PluginTestKit
import TestPipelines
import TestTags
import Testing

@Suite(.tags(.contract)) struct ContractTests {
    private typealias Law = ContractViolation.Law

    @Test func `a good source passes, and its records are handed over`() async throws {
        let all = try await SourceContract.verify(FlawedSource.self)
        #expect(all.count == 10)
        #expect(all.records[3] == [3, 9, "number 3"])
    }

    @Test(arguments: [
        (FlawedSource.Flaw.goesOn, ContractViolation.Law.sameCursorSamePage), (.countsReads, .sameCursorSamePage),
        (.rejectsOnce, .sameCursorSamePage), (.losesCursor, .cursorOutlivesSource),
        (.garblesCursor, .cursorOutlivesSource), (.remembers, .cursorOutlivesSource), (.neverEnds, .endsSometime),
        (.listLeadsOn, .listedPagesEnd), (.otherColumns, .schemaAsPromised),
        (.narrowedValues, .narrowingChangesNothing), (.narrowedRecords, .narrowingChangesNothing),
        (.narrowedAway, .schemaAsPromised), (.fillsAll, .schemaAsPromised), (.describesAnew, .describesAlike),
    ])
    func `a source with a flaw is caught by its law`(flaw: FlawedSource.Flaw, law: ContractViolation.Law) async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await SourceContract.verify(FlawedSource.self, options: "flaw = '\(flaw.rawValue)'", atMost: 50)
        }
        #expect(violation?.law == law)
    }

    @Test func `a source that grows passes, whether it can say how or not`() async throws {
        #expect(try await SourceContract.verify(FlawedGrowth.self).count == 7)
        #expect(try await SourceContract.verify(FlawedGrowth.self, options: "flaw = 'cannot-grow'").count == 7)
    }

    @Test(arguments: [
        (FlawedGrowth.Flaw.readsAll, ContractViolation.Law.sinceIsALowerBound), (.losesEdge, .sinceIsALowerBound),
        (.turnsRound, .sinceIsALowerBound), (.onlyFirstPage, .sinceIsALowerBound), (.growsNowhere, .incrementIsThere),
        (.growsInText, .incrementIsThere), (.keyIsGone, .incrementIsThere), (.keyIsShared, .incrementIsThere),
    ])
    func `a source that grows with a flaw is caught by its law`(
        flaw: FlawedGrowth.Flaw,
        law: ContractViolation.Law
    ) async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await SourceContract.verify(FlawedGrowth.self, options: "flaw = '\(flaw.rawValue)'")
        }
        #expect(violation?.law == law)
    }

    private let input = Batch(["n": .integer], records: [[1], [2], [3]])

    @Test func `a good transform passes, and its records are handed over`() async throws {
        let output = try await TransformContract.verify(FlawedTransform.self, input: input)
        #expect(output.records == [[2], [4], [6]])
        let counted = try await TransformContract.verify(FlawedLookup.self, input: input, lookup: input)
        #expect(counted.records == [[1, 3], [2, 3], [3, 3]])
    }

    @Test(arguments: [
        (FlawedTransform.Flaw.dropsFirst, ContractViolation.Law.splittingChangesNothing),
        (.counts, .splittingChangesNothing), (.rejectsLast, .splittingChangesNothing),
        (.saysHowMany, .splittingChangesNothing), (.otherColumns, .schemaAsPromised),
    ])
    func `a transform with a flaw is caught by its law`(flaw: FlawedTransform.Flaw, law: ContractViolation.Law) async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await TransformContract.verify(FlawedTransform.self, options: "flaw = '\(flaw.rawValue)'", input: input)
        }
        #expect(violation?.law == law)
    }

    @Test func `a table that knows of batches is caught`() async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await TransformContract.verify(
                FlawedLookup.self,
                options: "flawed = true",
                input: input,
                lookup: input
            )
        }
        #expect(violation?.law == .splittingChangesNothing)
    }

    @Test func `a good transform with a memory passes, and its records are handed over`() async throws {
        let output = try await TransformContract.verify(FlawedMemory.self, input: input)
        #expect(output.records == [[1], [3], [6], [6]])
    }

    @Test(arguments: [
        (FlawedMemory.Flaw.forgets, ContractViolation.Law.splittingChangesNothing),
        (.hidesSum, .splittingChangesNothing), (.countsBatches, .splittingChangesNothing),
        (.storesLess, .memoryOutlivesTransform), (.storesMore, .memoryOutlivesTransform),
        (.storesNothing, .memoryOutlivesTransform), (.finishCountsBatches, .splittingChangesNothing),
        (.otherColumns, .schemaAsPromised), (.otherTotals, .schemaAsPromised), (.wantsTooFew, .enoughIsEnough),
    ])
    func `a transform with a memory and a flaw is caught by its law`(
        flaw: FlawedMemory.Flaw,
        law: ContractViolation.Law
    ) async {
        let large = Batch(["n": .integer], records: [[1], [200], [3]])
        let violation = await #expect(throws: ContractViolation.self) {
            try await TransformContract.verify(FlawedMemory.self, options: "flaw = '\(flaw.rawValue)'", input: large)
        }
        #expect(violation?.law == law)
    }

    private let signed = Batch(["n": .integer], records: [[1], [2], [-1], [3], [4]])

    @Test func `a good transform with outputs passes, and their records are handed over`() async throws {
        let outputs = try await TransformContract.verify(outputsOf: FlawedRoute.self, input: signed)
        #expect(outputs.mapValues(\.records) == ["even": [[2], [4]], "odd": [[1], [3]]])
    }

    @Test(arguments: [
        (FlawedRoute.Flaw.loses, ContractViolation.Law.everyRecordIsSomewhere), (.doubles, .everyRecordIsSomewhere),
        (.firstOfBatch, .splittingChangesNothing),
        (.otherColumns, .schemaAsPromised), (.sharedName, .schemaAsPromised), (.dottedName, .schemaAsPromised),
    ])
    func `a transform with outputs and a flaw is caught by its law`(
        flaw: FlawedRoute.Flaw,
        law: ContractViolation.Law
    ) async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await TransformContract.verify(
                outputsOf: FlawedRoute.self,
                options: "flaw = '\(flaw.rawValue)'",
                input: signed
            )
        }
        #expect(violation?.law == law)
    }

    private func files(_ flaw: FlawedSink.Flaw) async throws -> SinkContract.Files {
        try await SinkContract.verify(FlawedSink.self, batches: [input, input]) { folder in
            "path = '\(folder)/a'\nflaw = '\(flaw.rawValue)'"
        }
    }

    @Test func `a good sink passes, and its files are handed over`() async throws {
        #expect(try await files(.none) == ["a": Array("012012".utf8)])
    }

    @Test(arguments: [
        (FlawedSink.Flaw.appends, ContractViolation.Law.writingTwiceIsWritingOnce),
        (.remembersMark, .writingTwiceIsWritingOnce), (.losesMark, .markOutlivesSink),
        (.publishesEarly, .nothingBeforeTheEnd), (.writesFinal, .nothingBeforeTheEnd),
        (.leavesFiles, .nothingBeforeTheEnd), (.leavesFinished, .nothingBeforeTheEnd), (.lies, .sumsAgree),
        (.liesWhenEmpty, .sumsAgree), (.forgetsPart, .partsAreNamed), (.namesWritten, .partsAreNamed),
        (.exaggerates, .partsAreNamed), (.changesPast, .partsAreFinal), (.measuresFile, .continuesAtMark),
        (.movesPart, .finishingTwiceIsFinishingOnce), (.countsFinishes, .finishingTwiceIsFinishingOnce),
    ])
    func `a sink with a flaw is caught by its law`(flaw: FlawedSink.Flaw, law: ContractViolation.Law) async {
        let violation = await #expect(throws: ContractViolation.self) { try await files(flaw) }
        #expect(violation?.law == law)
    }

    private func shelf(_ flaw: FlawedCommit.Flaw) async throws -> SinkContract.Files {
        try await SinkContract.verify(
            FlawedCommit.self,
            batches: [input, input],
            destination: FlawedCommit.destination
        ) {
            "shelf = '\($0)'\nflaw = '\(flaw.rawValue)'"
        }
    }

    @Test func `a good sink that commits passes, and what is visible is handed over`() async throws {
        #expect(try await shelf(.none) == ["shelf": Array("012012".utf8)])
    }

    @Test(arguments: [
        (FlawedCommit.Flaw.visibleEarly, ContractViolation.Law.nothingBeforeTheEnd),
        (.appends, .writingTwiceIsWritingOnce), (.beginClears, .beginGoesByTheMark),
        (.beginIgnoresMark, .beginGoesByTheMark), (.finishesAgain, .finishingTwiceIsFinishingOnce),
        (.forgetsCommit, .commitMakesVisible), (.leavesStaged, .commitMakesVisible),
        (.commitsAgain, .committingTwiceIsCommittingOnce), (.throwsAgain, .committingTwiceIsCommittingOnce),
    ])
    func `a sink that commits with a flaw is caught by its law`(
        flaw: FlawedCommit.Flaw,
        law: ContractViolation.Law
    ) async {
        let violation = await #expect(throws: ContractViolation.self) { try await shelf(flaw) }
        #expect(violation?.law == law)
    }

    @Test func `a table and an upload keep the laws of sinks`() async throws {
        let numbers = Batch(["n": .integer], records: [[1], [2], [3], [4]])
        let more = Batch(["n": .integer], records: [[5], [6]])
        let table = SinkDestination(ownFiles: "state.db") { folder in
            let keys = try TableDatabase(folder + "/state.db").keys()
            return keys.isEmpty ? [:] : ["rows": Array("\(keys)".utf8)]
        } hidden: { folder in
            let staged = try TableDatabase(folder + "/state.db").staged()
            return staged > 0 ? ["\(staged) staged rows"] : []
        }
        let rows = try await SinkContract.verify(Table.self, batches: [numbers, more], destination: table) {
            "path = '\($0)/state.db'\nkey = 'n'"
        }
        #expect(rows == ["rows": Array("[1, 2, 3, 4, 5, 6]".utf8)])
        let bucket = SinkDestination {
            UploadServer.at($0).objects.mapValues { Array($0.utf8) }
        } hidden: {
            UploadServer.at($0).open()
        }
        let objects = try await SinkContract.verify(Upload.self, batches: [numbers, more], destination: bucket) {
            "server = '\($0)'\nobject = 'numbers'\ncolumn = 'n'"
        }
        #expect(objects == ["numbers": Array("1\n2\n3\n4\n5\n6\n".utf8)])
    }

    @Test func `a violation says the law and what was seen`() async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await SourceContract.verify(FlawedSource.self, options: "flaw = 'narrowed-records'")
        }
        #expect(
            violation?.description == "broken: leaving out unwanted columns changes nothing in the others. "
                + "9 records instead of 10 when only [\"n\", \"name\"] are wanted"
        )
    }

    @Test func `options that are wrong are refused as a check would refuse them`() {
        #expect(throws: DiagnosticList.self) { try Bench().source(FlawedSource.self, options: "flaw = 'nome'") }
    }

    private func verifyExporter(_ flaw: FlawedExporter.Flaw) async throws {
        let options = "drawer = \"d\"\nkey = \"s3same\"\nflaw = \"\(flaw.rawValue)\""
        try await ExporterContract.verify(
            FlawedExporter.self,
            secrets: ["s3same"],
            broken: .init(options: options + "\nstuck = true") { .init(totals: nil, text: "") },
            limit: .milliseconds(flaw == .hangs ? 50 : 5000)
        ) {
            let bench = Bench()
            return .init(options: options, bench: bench) {
                bench.context.shared.object("drawer d") { FlawedExporter.Drawer() }.state.withLock {
                    .init(totals: $0.totals, text: $0.text, samples: $0.samples)
                }
            }
        }
    }

    @Test func `a good exporter passes`() async throws { try await verifyExporter(.none) }

    @Test(arguments: [
        (FlawedExporter.Flaw.adds, ContractViolation.Law.lastMetricsArrive), (.keepsBack, .lastMetricsArrive),
        (.forgetsOrder, .newestMetricsStay), (.renames, .namesAsInSnapshot), (.leavesOut, .namesAsInSnapshot),
        (.showsSecret, .secretsStaySecret), (.tellsSecret, .secretsStaySecret), (.swallows, .failureIsReported),
        (.hangs, .failureIsReported), (.addsAgain, .exportingTwiceIsExportingOnce),
        (.dropsLabels, .namesAsInSnapshot), (.mixesLabels, .namesAsInSnapshot), (.losesTimes, .lastMetricsArrive),
        (.losesBuckets, .lastMetricsArrive),
    ])
    func `an exporter with a flaw is caught by its law`(flaw: FlawedExporter.Flaw, law: ContractViolation.Law) async {
        let violation = await #expect(throws: ContractViolation.self) { try await verifyExporter(flaw) }
        #expect(violation?.law == law)
    }
}
