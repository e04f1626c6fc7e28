"""Portuguese, of Portugal and Brazil."""

from bench.drawn.language import Language, Trade

PORTUGUESE = Language(
    code="pt",
    names="Gonçalves | Araújo | Magalhães | Pereira | Simões | Fonseca | Teixeira | São João | Guimarães"
    " | Leitão | Bragança | Queirós",
    shops={
        Trade.DINING: """
            Pastelaria {name} | Restaurante {name} | Café {name} | Padaria {name} | Tasca do {name}
            Cervejaria {name} | Churrasqueira {name} | Confeitaria {name} | Lanchonete {name}
        """,
        Trade.GROCERY: """
            Supermercado {name} | Mercearia {name} | Minimercado {name} | Frutaria {name} | Talho {name}
            Mercado {name}
        """,
        Trade.HOUSEHOLD: """
            Ferragens {name} | Livraria {name} | Papelaria {name} | Drogaria {name} | Casa {name}
            Bazar {name}
        """,
        Trade.PHARMACY: """
            Farmácia {name} | Farmácia Central | Farmácia da Estação | Farmácia Nova
        """,
    },
    goods={
        Trade.DINING: """
            Café expresso | Pastel de nata | Galão | Meia de leite | Sopa do dia | Bacalhau à Brás | Bitoque
            Francesinha | Imperial | Água 50cl | Pão de queijo | Sumo de laranja | Tosta mista
            Salada mista
            Arroz de marisco | Polvo à lagareiro com batata a murro | Vinho da casa jarro
            Mousse de chocolate
            Prego no pão | Coxinha de frango | Suco natural | Feijoada completa | Pudim caseiro | Torrada
        """,
        Trade.GROCERY: """
            Leite meio gordo 1L | Pão de forma | Ovos classe M 12 | Banana | Queijo flamengo
            Iogurte natural
            Peito de frango | Carne picada 500g | Sumo laranja 1L | Arroz agulha 1kg | Azeite virgem extra
            Tomate cacho | Pepino | Manteiga 250g | Massa esparguete | Detergente loiça | Papel higiénico 12
            Chocolate preto | Maçã Gala | Batata vermelha | Água 6x1,5L | Café moído | Presunto fatiado
            Feijão carioca 1kg | Açúcar 1kg | Atum em azeite
        """,
        Trade.HOUSEHOLD: """
            Martelo 300g | Parafusos madeira | Fita adesiva | Lâmpada LED E27 | Extensão 3m
            Rolo de pintura
            Tinta branca 5L | Mangueira 15m | Caderno A5 | Esferográficas 10 | Moldura | Substrato 20L
            Pilhas AA 8 | Chave inglesa | Tapete entrada | Tesoura cozinha | Vela perfumada
            Caixa arrumação
        """,
        Trade.PHARMACY: """
            Ibuprofeno 400mg | Paracetamol 1g | Vitamina C | Protetor solar 50 | Pensos rápidos
            Xarope tosse
            Creme de mãos | Pasta de dentes | Fio dentário | Bálsamo labial | Toalhetes bebé | Champô suave
            Termómetro | Spray nasal | Soro fisiológico
        """,
    },
    words={
        "title": "Fatura Simplificada | Fatura-Recibo | Talão de venda | CUPOM FISCAL | Original",
        "subtotal": "Subtotal | SUBTOTAL | Sub-total",
        "total": "TOTAL | Total a pagar | TOTAL A PAGAR | Valor total | VALOR A PAGAR",
        "paid_total": "Total pago | TOTAL COM GORJETA | Total cobrado",
        "discount": "Desconto | DESCONTO | Descontos | Vale desconto",
        "line_discount": "Desconto | Promoção | Desconto direto | Poupança imediata",
        "tip": "Gorjeta | GORJETA | Gratificação",
        "service": "Taxa de serviço | Serviço",
        "rounding": "Arredondamento",
        "cash": "Dinheiro | DINHEIRO | Numerário | Entregue | Valor recebido",
        "change": "Troco | TROCO",
        "card": "Multibanco | Cartão de crédito | CARTAO DEBITO | Cartão | VISA",
        "count": "Artigos: {count} | Nº artigos {count} | Qtd. total de itens {count}",
        "cashier": "Operador: {person} | Atendido por {person} | Empregado {person} | Op {person}",
        "table": "Mesa {number} | MESA: {number} | Mesa {number} Pax {few}",
        "number": "Fatura FS {number} | Doc. {number} | Talão nº {number} | Extrato {number}",
        "date": "Data: {day} | {day} | Data {day}",
        "time": "Hora: {time} | {time}",
        "people": "Inês | JOÃO | Conceição | Tiago | Fátima",
        "thanks": """
            Obrigado pela sua visita | Obrigado e volte sempre | Volte sempre! | Obrigada pela preferência
            Trocas até 15 dias com talão | IVA incluído à taxa em vigor
        """,
        "points": """
            Pontos acumulados: {number} | Cartão cliente ****{number} | Poupou {amount}
            Saldo em cartão {number} | Cliente {number}
        """,
        "slip": """
            CARTAO ************{number} | AUT: {number} | CONTACTLESS | TERMINAL {number} | VIA CLIENTE
            AID A0000000032010 | Processado por programa certificado n.º {number}/AT | TRANSACAO APROVADA
        """,
        "item": "Descrição | Artigo | Designação",
        "quantity": "Qtd | Qt. | QTD",
        "price": "Preço | P.Unit | V.Unit",
        "amount": "Valor | Total",
        "rate": "Taxa | IVA % | Tx",
        "net": "Base | Incid. | Incidência",
        "gross": "Total | Valor",
        "included": "{name} incluído {rate} {amount} | Inclui {name} {rate}: {amount}",
        "modifiers": "sem cebola | extra queijo | leite de aveia | mal passado | molho à parte",
        "phone": "Tel: {phone} | Telef. {phone} | Fone {phone}",
    },
    months="jan | fev | mar | abr | mai | jun | jul | ago | set | out | nov | dez",
    streets="""
        Rua {name}, {house} | Av. da Liberdade {house} | Praça {name} {house} | Rua Direita, {house}
        Largo do {name} {house}
    """,
)
