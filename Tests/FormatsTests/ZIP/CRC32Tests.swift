import Formats
import Testing

@Suite struct CRC32Tests {
    @Test func `the check value of the catalogue is met`() {
        // "123456789" gives CBF43926: the check of CRC-32/ISO-HDLC in Greg Cook's catalogue of parametrised CRCs.
        #expect(CRC32(of: Array("123456789".utf8)).value == 0xCBF4_3926)
        #expect(CRC32(of: []).value == 0)
    }

    @Test(arguments: 0...9)
    func `pieces give what the whole gives`(cut: Int) {
        let digits = Array("123456789".utf8)
        var crc = CRC32()
        crc.update(Array(digits[..<cut]).span)
        crc.update(Array(digits[cut...]).span)
        #expect(crc.value == 0xCBF4_3926)
    }

    @Test(arguments: 0...9)
    func `a checksum goes on from the value of what came before`(cut: Int) {
        let digits = Array("123456789".utf8)
        var crc = CRC32(resuming: CRC32(of: Array(digits[..<cut])).value)
        crc.update(Array(digits[cut...]).span)
        #expect(crc.value == 0xCBF4_3926)
    }
}
