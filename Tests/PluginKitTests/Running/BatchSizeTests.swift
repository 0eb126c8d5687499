import PluginKit
import Testing

@Suite struct BatchSizeTests {
    private func context(_ size: Int, isStated: Bool) -> StageContext {
        StageContext(
            stage: "plays",
            run: RunIdentity(pipeline: "p", id: "20260102T030405Z-1", date: "2026-01-02", time: "030405"),
            batchSize: size,
            isBatchSizeStated: isStated
        )
    }

    // 512 KiB are 65,536 words.
    @Test(arguments: [(0, 4000), (1, 4000), (16, 4000), (17, 3855), (60, 1092), (128, 512), (129, 512), (5000, 512)])
    func `wide records make smaller pages`(columns: Int, records: Int) {
        #expect(context(4000, isStated: false).batchSize(columns: columns) == records)
        #expect(context(700, isStated: false).batchSize(columns: columns) == min(records, 700))
    }

    @Test(arguments: [1, 60, 5000])
    func `a size that the pipeline states counts however wide records are`(columns: Int) {
        #expect(context(4000, isStated: true).batchSize(columns: columns) == 4000)
        #expect(context(9000, isStated: true).batchSize(columns: columns) == 9000)
    }
}
