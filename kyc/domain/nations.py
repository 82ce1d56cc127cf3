# SPDX-License-Identifier: Apache-2.0
"""Nationalities as documents print them, brought to one code (ISO 3166-1 alpha-2).

Machine zones carry alpha-3 codes and a few of their own (Doc 9303-3, section 5).
"""

#: alpha-3 codes whose first two letters are not the alpha-2 code, each followed by that code.
_IRREGULAR = """
ABWAW AGOAO ALAAX ANDAD AREAE ARMAM ATAAQ ATFTF ATGAG AUTAT BDIBI BENBJ BESBQ BGDBD BHSBS BIHBA BLRBY BLZBZ BRBBB
BRNBN CAFCF CHLCL CHNCN CODCD COGCG COKCK COMKM CPVCV CUWCW CYMKY DNKDK ESHEH ESTEE FLKFK FROFO FSMFM GINGN GLPGP
GNBGW GNQGQ GRDGD GRLGL GUFGF GUYGY IRLIE IRQIQ ISRIL JAMJM KAZKZ KORKR LBRLR LBYLY MACMO MAFMF MDGMG MDVMV MEXMX
MLTMT MNEME MNPMP MOZMZ MTQMQ MYTYT NIUNU PAKPK PCNPN PLWPW PNGPG POLPL PRKKP PRTPT PRYPY PYFPF SENSN SGSGS SLBSB
SLVSV SPMPM SRBRS SURSR SVKSK SVNSI SWESE SWZSZ SYCSC TCDTD TKMTM TUNTN TURTR TUVTV UKRUA URYUY WLFWF
"""
_CODES = {pair[:3]: pair[3:] for pair in _IRREGULAR.split()}
#: Germany's one letter, British passports, Kosovo.
_CODES |= {"D": "DE", "GBD": "GB", "GBN": "GB", "GBO": "GB", "GBP": "GB", "GBS": "GB", "RKS": "XK"}


def alpha2_of(code: str) -> str:
    """The alpha-2 code of an alpha-2 or alpha-3 code in capitals; an empty text where it is neither."""
    code = code.strip().rstrip("<")
    if not (code.isascii() and code.isalpha() and code.isupper() and len(code) <= 3):
        return ""
    return _CODES.get(code, code[:2])
