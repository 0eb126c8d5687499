internal import Database
internal import Diagnostics
internal import Platform

extension Connection {
    /// Stores the checkpoint of a run in place of the previous one.
    func store(_ checkpoint: Checkpoint, of run: Int64) throws(Diagnostic) {
        try dropCheckpoint(of: run)
        try self.run(
            "INSERT INTO checkpoints (run, form, sequence, counters, seal) VALUES (?, ?, ?, ?, ?)",
            with: .integer(run),
            checkpoint.form == 0 ? .null : .integer(checkpoint.form),
            .integer(checkpoint.sequence),
            .bytes(checkpoint.counters),
            .integer(seal(checkpoint, run: run))
        )
        for (kind, values) in stages(checkpoint) {
            for (stage, value) in values {
                try self.run(
                    "INSERT INTO checkpoint_stages (run, kind, stage, value) VALUES (?, ?, ?, ?)",
                    with: .integer(run),
                    .text(kind.rawValue),
                    .text(stage),
                    .bytes(value)
                )
            }
        }
        for (position, part) in checkpoint.parts.enumerated() {
            try self.run(
                """
                INSERT INTO checkpoint_parts (run, position, path, bytes, crc32, records) VALUES (?, ?, ?, ?, ?, ?)
                """,
                with: .integer(run),
                .integer(position),
                .text(part.path),
                .integer(part.bytes),
                .integer(part.crc32),
                .integer(part.records)
            )
        }
    }

    /// Deletes the checkpoint of a run.
    func dropCheckpoint(of run: Int64) throws(Diagnostic) {
        try self.run("DELETE FROM checkpoints WHERE run = ?", with: .integer(run))
    }

    /// The checkpoint of a run, with its seal verified.
    func checkpoint(of row: RunRow) throws(Diagnostic) -> Checkpoint? {
        let heads = try rows(
            "SELECT sequence, counters, seal, form FROM checkpoints WHERE run = ?",
            with: .integer(row.number)
        ) {
            let form = Int($0.optionalInteger(3) ?? 0)
            return (
                checkpoint: Checkpoint(form: form, sequence: $0.amount(0), counters: $0.bytes(1)), seal: $0.integer(2)
            )
        }
        guard var checkpoint = heads.first?.checkpoint else {
            if row.run.checkpoint == 0 { return nil }
            throw StateProblem.corrupt(path, detail: "a checkpoint of the run '\(row.run.identity.id)' is missing")
        }
        let values = try rows(
            "SELECT kind, stage, value FROM checkpoint_stages WHERE run = ?",
            with: .integer(row.number)
        ) {
            (kind: Kind(rawValue: $0.text(0)), stage: $0.text(1), value: $0.bytes(2))
        }
        for (kind, stage, value) in values {
            switch kind {
            case .cursor: checkpoint.cursors[stage] = String(decoding: value, as: UTF8.self)
            case .mark: checkpoint.marks[stage] = String(decoding: value, as: UTF8.self)
            case .state: checkpoint.states[stage] = value
            case nil: break  // the seal finds it missing
            }
        }
        checkpoint.parts = try rows(
            "SELECT path, bytes, crc32, records FROM checkpoint_parts WHERE run = ? ORDER BY position",
            with: .integer(row.number)
        ) {
            CheckpointFile(
                path: $0.text(0),
                bytes: $0.amount(1),
                crc32: UInt32(truncatingIfNeeded: $0.integer(2)),
                records: $0.amount(3)
            )
        }
        guard checkpoint.sequence == row.run.checkpoint, heads.first?.seal == seal(checkpoint, run: row.number) else {
            throw StateProblem.corrupt(
                path,
                detail: "the checkpoint of the run '\(row.run.identity.id)' does not match its checksum"
            )
        }
        return checkpoint
    }

    private enum Kind: String {
        case cursor
        case mark
        case state
    }

    /// The contents of a checkpoint by stage, in a fixed order on which the seal depends.
    private func stages(_ checkpoint: Checkpoint) -> [(Kind, [(String, [UInt8])])] {
        let inOrder = { (values: [String: [UInt8]]) in
            values.map { ($0.key, $0.value) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        }
        return [
            (.cursor, inOrder(checkpoint.cursors.mapValues { Array($0.utf8) })),
            (.mark, inOrder(checkpoint.marks.mapValues { Array($0.utf8) })),
            (.state, inOrder(checkpoint.states)),
        ]
    }

    private func seal(_ checkpoint: Checkpoint, run: Int64) -> Int64 {
        var seal = Seal()
        seal.add(run)
        seal.add(checkpoint.sequence)
        seal.add(checkpoint.counters)
        for (_, values) in stages(checkpoint) {
            seal.add(values.count)
            for (stage, value) in values {
                seal.add(stage)
                seal.add(value)
            }
        }
        seal.add(checkpoint.parts.count)
        for part in checkpoint.parts {
            seal.add(part.path)
            seal.add(part.bytes)
            seal.add(Int(part.crc32))
            seal.add(part.records)
        }
        // Those of earlier versions have no form, and their seals do not include one.
        if checkpoint.form != 0 { seal.add(checkpoint.form) }
        return seal.value
    }
}
