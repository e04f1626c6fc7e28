"""Spanish, of Spain, Mexico and Chile."""

from bench.drawn.language import Language, Trade

SPANISH = Language(
    code="es",
    names="Núñez | Ibáñez | Herrera | Castaño | Molina | Fuentes | Vergara | Peña | Olmedo | Quintana"
    " | Soto | Aguirre | La Esquina",
    shops={
        Trade.DINING: """
            Bar {name} | Restaurante {name} | Café {name} | Taberna {name} | La Cocina de {name}
            Panadería {name}
            Cervecería {name} | Mesón del Puerto | El Rincón de {name} | Churrería San Isidro
        """,
        Trade.GROCERY: """
            Supermercado {name} | Alimentación {name} | Frutería {name} | Abarrotes {name}
            Ultramarinos {name}
            Mercado Central {name} | Carnicería {name}
        """,
        Trade.HOUSEHOLD: """
            Ferretería {name} | Librería {name} | Papelería {name} | Bazar {name} | Jardinería {name}
            Casa {name}
        """,
        Trade.PHARMACY: """
            Farmacia {name} | Farmacia del Carmen | Droguería {name} | Farmacia San José
        """,
    },
    goods={
        Trade.DINING: """
            Menú del día | Tortilla española | Café con leche | Caña | Patatas bravas | Croquetas jamón
            Ensalada mixta | Gazpacho | Calamares a la romana | Agua mineral 50cl | Flan casero | Cortado
            Bocadillo de lomo | Tostada con tomate | Vino tinto copa | Paella valenciana
            Churros con chocolate
            Tarta de queso | Refresco | Pulpo a la gallega con pimentón de la Vera | Chuletón de ternera
            Tacos al pastor | Zumo de naranja | Pincho de tortilla
        """,
        Trade.GROCERY: """
            Leche semidesnatada 1L | Pan de molde | Huevos camperos docena | Plátanos | Queso manchego
            Yogur natural
            Pechuga de pollo | Carne picada 500g | Zumo naranja 1L | Arroz redondo 1kg | Aceite oliva virgen
            Tomate rama | Pepino | Mantequilla | Macarrones 500g | Lavavajillas | Papel higiénico 12
            Chocolate negro | Manzana Golden | Patatas malla 3kg | Agua 6x1,5L | Café molido | Jamón serrano
            Atún en aceite pack 3 | Galletas María
        """,
        Trade.HOUSEHOLD: """
            Martillo 300g | Tornillos madera | Cinta adhesiva | Bombilla LED E27 | Alargador 3m
            Rodillo pintura
            Pintura blanca 4L | Manguera 15m | Cuaderno A5 | Bolígrafos 10u | Marco de fotos | Sustrato 20L
            Pilas AA 8u | Llave inglesa | Felpudo | Tijeras cocina | Vela aromática | Caja almacenaje
        """,
        Trade.PHARMACY: """
            Ibuprofeno 400mg | Paracetamol 1g | Vitamina C | Protector solar 50 | Tiritas surtidas
            Jarabe tos
            Crema de manos | Pasta dental | Hilo dental | Bálsamo labial | Toallitas bebé | Champú suave
            Termómetro digital | Spray nasal | Suero fisiológico
        """,
    },
    words={
        "title": "FACTURA SIMPLIFICADA | TICKET | Ticket de venta | Cuenta {number} | NOTA DE VENTA",
        "subtotal": "Subtotal | SUBTOTAL | Suma",
        "total": "TOTAL | Total a pagar | TOTAL A PAGAR | Importe total | TOTAL COMPRA",
        "paid_total": "Total pagado | TOTAL CON PROPINA | Total cobrado",
        "discount": "Descuento | DESCUENTO | Dto. | Cupón descuento | Vale descuento",
        "line_discount": "Descuento | Dto. promoción | Oferta | Rebaja",
        "tip": "Propina | PROPINA",
        "service": "Servicio | Cubierto",
        "rounding": "Redondeo",
        "cash": "Efectivo | EFECTIVO | Entregado | Recibido",
        "change": "Cambio | CAMBIO | Su cambio | Vuelto",
        "card": "Tarjeta | TARJETA | Tarjeta crédito | VISA | Pago tarjeta",
        "count": "Artículos: {count} | Nº artículos {count} | Total artículos: {count}",
        "cashier": "Le atendió: {person} | Cajero: {person} | Camarero {person} | Atendido por {person}",
        "table": "Mesa {number} | MESA: {number} | Mesa {number} Comensales {few}",
        "number": "Ticket: {number} | Nº factura {number} | Folio {number} | Op. {number}",
        "date": "Fecha: {day} | {day} | FECHA {day}",
        "time": "Hora: {time} | {time}",
        "people": "Lucía | JAVIER | Mª Carmen | Begoña | Andrés",
        "thanks": """
            Gracias por su visita | Gracias por su compra | Vuelva pronto | ¡Hasta pronto!
            Conserve su ticket para cambios 30 días | IVA incluido
        """,
        "points": """
            Puntos acumulados: {number} | Socio ****{number} | Ha ahorrado {amount}
            Saldo puntos {number} | Cliente club {number}
        """,
        "slip": """
            TARJETA ************{number} | AUT: {number} | OPERACION CONTACTLESS | COMERCIO {number}
            AID A0000000041010 | COPIA PARA EL CLIENTE | Núm. operación {number} | VENTA
        """,
        "item": "Descripción | Artículo | Concepto",
        "quantity": "Cant. | Uds | Cant",
        "price": "Precio | P.Unit. | PVP",
        "amount": "Importe | Total",
        "rate": "Tipo | % IVA | Tipo IVA",
        "net": "Base | Base imp. | Base imponible",
        "gross": "Total | Importe",
        "included": "{name} incluido {rate} {amount} | Incluye {name} {rate}: {amount}",
        "modifiers": "sin cebolla | extra queso | leche de avena | al punto | salsa aparte",
        "phone": "Tel: {phone} | Tlf. {phone} | Teléfono {phone}",
    },
    months="ene | feb | mar | abr | may | jun | jul | ago | sep | oct | nov | dic",
    streets="""
        C/ {name}, {house} | Calle Mayor {house} | Av. {name} {house} | Plaza España {house}
        Calle {name} nº {house}
    """,
)
