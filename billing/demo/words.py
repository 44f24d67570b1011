"""The words that the demo company's catalogue is made of.

One line per product family: name | tax class | price per kg in euros | variants | formats. A format is
``text:kilograms:pieces in a box``; ``kg`` as text means that the family is sold by weight.
"""

LINES: tuple[tuple[str, str, str, str], ...] = (
    (
        "OIL",
        "Aceites y vinagres",
        "Almazara Sierra Umbría",
        """
        Aceite de oliva virgen extra|r4|7.40|Picual,Arbequina,Hojiblanca,Cornicabra,Coupage|5 l:4.6:3,1 l:0.92:12
        Aceite de oliva virgen extra ecológico|r4|9.80|Picual,Arbequina,Empeltre|500 ml:0.46:12,2 l:1.84:6
        Aceite de oliva virgen|r4|6.10|Selección,Cocina,Tradición|5 l:4.6:3,1 l:0.92:15
        Aceite de oliva suave|r4|5.60|Cocina diaria,Hostelería,Freír|25 l:23:1,5 l:4.6:3
        Aceite de orujo de oliva|r10|3.40|Fritura,Hostelería,Alto rendimiento|25 l:23:1,5 l:4.6:3
        Aceite de girasol|r10|1.75|Refinado,Alto oleico,Fritura|25 l:23:1,5 l:4.6:3
        Vinagre de Jerez|r10|4.20|Joven,Reserva,Gran Reserva,Pedro Ximénez,Dulce|750 ml:0.75:6
        Vinagre de vino|r10|1.35|Blanco,Tinto,Cava|1 l:1:12,5 l:5:4
        Vinagre de manzana|r10|1.90|Natural,Ecológico,Sin filtrar|1 l:1:12,5 l:5:4
        Crema de vinagre|r10|6.30|Módena,Pedro Ximénez,Frambuesa,Higo,Trufa|250 ml:0.3:12
        """,
    ),
    (
        "OLV",
        "Aceitunas y encurtidos",
        "Encurtidos Val de Olmos",
        """
        Aceituna Manzanilla|r10|3.30|con hueso,sin hueso,en rodajas|5 kg:5:2,350 g:0.35:24
        Aceituna Manzanilla rellena|r10|3.90|de anchoa,de pimiento,de limón|2,5 kg:2.5:4,350 g:0.35:24
        Aceituna Gordal|r10|4.80|con hueso,deshuesada,picante|5 kg:5:2,600 g:0.6:12
        Aceituna Hojiblanca|r10|2.60|negra,cuquillo,partida|5 kg:5:2,400 g:0.4:24
        Aceituna de Aragón|r10|4.10|negra,con hierbas,en aceite|2 kg:2:4,500 g:0.5:12
        Pepinillos|r10|2.90|extrafinos,finos,medianos,agridulces,en rodajas|4,25 kg:4.25:3
        Cebollitas en vinagre|r10|3.10|extra,medianas,agridulces|2 kg:2:6,350 g:0.35:24
        Alcaparras|r10|7.40|finas,nonpareilles,en sal|1 kg:1:6,250 g:0.25:24
        Guindillas en vinagre|r10|5.60|de Ibarra,dulces,picantes|1,5 kg:1.5:6,300 g:0.3:12
        Banderillas|r10|5.20|dulces,picantes,de anchoa|2 kg:2:4,300 g:0.3:24
        """,
    ),
    (
        "FIS",
        "Conservas de pescado",
        "Conserveras de la Ría Alta",
        """
        Atún claro en aceite|r10|9.20|de girasol,de oliva,en migas|900 g:0.9:12,1,8 kg:1.8:6
        Bonito del norte|r10|16.50|en aceite de oliva,en escabeche,ventresca|900 g:0.9:12,260 g:0.26:24
        Anchoas del Cantábrico|r10|34.00|00,0,serie media|550 g:0.55:12,100 g:0.1:25
        Boquerones en vinagre|r10|11.80|clásicos,con ajo y perejil,picantes|700 g:0.7:8,1,5 kg:1.5:4
        Mejillones en escabeche|r10|12.40|8/10,12/16,picantes|900 g:0.9:12,110 g:0.11:50
        Berberechos al natural|r10|28.00|25/35,35/45,45/55|110 g:0.11:50,900 g:0.9:12
        Sardinas en aceite|r10|7.10|de oliva,picantes,con tomate|900 g:0.9:12,120 g:0.12:50
        Sardinillas|r10|13.20|en aceite de oliva,picantes,en escabeche|90 g:0.09:50,550 g:0.55:12
        Caballa del sur|r10|10.30|en aceite,en tomate,al natural|900 g:0.9:12,120 g:0.12:50
        Pulpo en aceite de oliva|r10|24.50|natural,al ajillo,con pimentón|900 g:0.9:6,110 g:0.11:30
        """,
    ),
    (
        "VEG",
        "Conservas vegetales",
        "Conservas Huerta del Ebro Alto",
        """
        Pimiento del piquillo|r10|5.90|entero extra,en tiras,primera|2,5 kg:2.5:6,390 g:0.39:12
        Espárrago blanco|r10|9.40|extra grueso,grueso,medio|2,5 kg:2.5:6,660 g:0.66:12
        Tomate triturado|r10|1.20|extra,natural,ecológico|2,5 kg:2.5:6,4 kg:4:3
        Tomate frito|r10|1.85|casero,con aceite de oliva,estilo horno|2,5 kg:2.5:6,560 g:0.56:12
        Tomate entero pelado|r10|1.30|pera,extra,cherry|2,5 kg:2.5:6,780 g:0.78:12
        Alcachofas|r10|5.30|corazones 20/25,corazones 30/40,en cuartos|2,5 kg:2.5:6,390 g:0.39:12
        Judías verdes|r10|2.40|planas,redondas finas,troceadas|2,5 kg:2.5:6,660 g:0.66:12
        Menestra de verduras|r10|2.70|extra,de la Ribera,sin patata|2,5 kg:2.5:6,660 g:0.66:12
        Champiñón|r10|3.20|entero,laminado,al ajillo|2,5 kg:2.5:6,355 g:0.355:24
        Maíz dulce|r10|1.95|en grano,crujiente,ecológico|2,1 kg:2.1:6,340 g:0.34:24
        """,
    ),
    (
        "LEG",
        "Legumbres y arroces",
        "Cooperativa Campos de Valdesol",
        """
        Garbanzo|r4|2.10|pedrosillano,lechoso,castellano|5 kg:5:4,1 kg:1:10
        Lenteja|r4|1.95|pardina,castellana,caviar|5 kg:5:4,1 kg:1:10
        Alubia blanca|r4|2.40|riñón,planchada,redonda|5 kg:5:4,1 kg:1:10
        Alubia roja y pinta|r4|2.70|pinta de León,roja de Tolosa,canela|5 kg:5:4,1 kg:1:10
        Faba|r4|9.60|de la granja,extra,selección|1 kg:1:10,5 kg:5:2
        Arroz redondo|r4|1.30|extra,bomba,bahía|5 kg:5:4,1 kg:1:12
        Arroz largo|r4|1.25|vaporizado,basmati,jazmín|5 kg:5:4,1 kg:1:12
        Legumbre cocida|r10|1.60|garbanzo,lenteja,alubia|2,5 kg:2.5:6,570 g:0.57:12
        Quinoa y cereales|r4|4.10|quinoa blanca,quinoa tricolor,bulgur|1 kg:1:10,5 kg:5:2
        Arroz para risotto|r4|2.60|carnaroli,arborio,integral|1 kg:1:12,5 kg:5:4
        """,
    ),
    (
        "FLR",
        "Harinas y pastas",
        "Harinera Molinos de Arlanza Baja",
        """
        Harina de trigo|r4|0.62|panadera,floja,de fuerza|25 kg:25:1,1 kg:1:10
        Harina integral|r4|0.95|de trigo,de espelta,de centeno|25 kg:25:1,1 kg:1:10
        Harina especial|r10|1.70|para fritura,de garbanzo,de maíz|5 kg:5:4,1 kg:1:10
        Pan rallado|r4|1.15|fino,grueso,con ajo y perejil|5 kg:5:3,750 g:0.75:12
        Espagueti|r10|1.45|n.º 3,n.º 5,integral|5 kg:5:3,500 g:0.5:24
        Macarrón|r10|1.40|pluma,rizado,integral|5 kg:5:3,500 g:0.5:24
        Fideo|r10|1.38|n.º 2,n.º 4,cabellín|5 kg:5:3,500 g:0.5:24
        Pasta al huevo|r10|2.80|nidos,lasaña,canelones|1 kg:1:8,500 g:0.5:16
        Sémola|r10|1.10|fina,gruesa,para cuscús|5 kg:5:4,1 kg:1:10
        Levadura|r10|6.20|seca,química,fresca|500 g:0.5:20,1 kg:1:10
        """,
    ),
    (
        "CHE",
        "Quesos",
        "Queserías Llano de Montesol",
        """
        Queso manchego|r4|13.90|tierno,semicurado,curado,viejo,al romero|pieza 3 kg:3:2
        Queso de oveja|r4|12.40|semicurado,curado,añejo,trufado,en aceite|pieza 3 kg:3:2
        Queso de mezcla|r4|8.30|tierno,semicurado,curado,lonchas,rallado|pieza 3 kg:3:2
        Queso de cabra|r4|11.20|rulo,fresco,curado,al pimentón,con miel|1 kg:1:6
        Queso azul|r4|12.80|de montaña,cremoso,en cuñas|1 kg:1:6,2,5 kg:2.5:2
        Queso de tetilla|r4|8.90|tradicional,ahumado,mini|1 kg:1:6,400 g:0.4:12
        Queso Idiazábal|r4|15.60|natural,ahumado,curado|pieza 3 kg:3:2,pieza 1 kg:1:6
        Queso fresco|r4|4.90|de Burgos,batido,desnatado|1 kg:1:6,250 g:0.25:24
        Mozzarella|r4|6.40|barra,rallada,perlas,búfala,lonchas|1 kg:1:10
        Queso al corte|r4|9.70|barra,gouda,edam,emmental,maasdam|kg:1:6
        """,
    ),
    (
        "HAM",
        "Embutidos y jamones",
        "Secaderos Puerto del Robledal",
        """
        Jamón serrano|r10|10.90|bodega,reserva,gran reserva,deshuesado,centro|pieza 5 kg:5:2
        Jamón ibérico|r10|32.00|de cebo,de cebo de campo,de bellota,deshuesado,centro|pieza 4 kg:4:1
        Paleta ibérica|r10|21.00|de cebo,de cebo de campo,de bellota,deshuesada,curada|pieza 2,5 kg:2.5:2
        Chorizo|r10|7.80|sarta dulce,sarta picante,vela,asturiano,para cocinar|1 kg:1:10
        Salchichón|r10|8.10|extra,ibérico,de Vic,cular,con pimienta|1 kg:1:10
        Lomo embuchado|r10|17.40|extra,ibérico,adobado,en media pieza,de bellota|1 kg:1:8
        Fuet|r10|9.60|extra,espetec,de payés,con hierbas,mini|180 g:0.18:30
        Morcilla|r10|5.40|de Burgos,de cebolla,de arroz,asturiana,en tarro|1 kg:1:10
        Jamón cocido|r10|6.90|extra,lonchas,braseado,bajo en sal,para sándwich|pieza 4 kg:4:2
        Sobrasada y patés|r10|8.70|sobrasada dulce,sobrasada picante,paté ibérico,paté a la pimienta,zurrapa|1 kg:1:8
        """,
    ),
    (
        "SPI",
        "Especias y salsas",
        "Especias Puerta de Levante",
        """
        Pimentón de la Vera|r10|12.50|dulce,picante,agridulce|750 g:0.75:12,75 g:0.075:24
        Azafrán en hebra|r10|2900|La Mancha,selección,río|10 g:0.01:10,1 g:0.001:50
        Pimienta|r10|13.80|negra en grano,negra molida,blanca molida|800 g:0.8:12,50 g:0.05:24
        Hierbas|r10|14.20|orégano,tomillo,romero,laurel,perejil|300 g:0.3:12
        Sal|r10|0.55|fina,gruesa,en escamas|1 kg:1:12,5 kg:5:4
        Ajo|r10|6.90|granulado,en polvo,frito|800 g:0.8:12,2 kg:2:4
        Mayonesa|r10|2.90|clásica,hostelería,ligera|3,6 kg:3.6:4,450 ml:0.45:12
        Kétchup y mostaza|r10|2.40|kétchup,mostaza amarilla,mostaza de Dijon|2 kg:2:6,500 g:0.5:12
        Salsa|r10|4.10|brava,alioli,barbacoa|2 kg:2:6,450 ml:0.45:12
        Caldo|r10|3.80|de pollo,de carne,de pescado|1 kg:1:10,1 l:1:12
        """,
    ),
    (
        "SWT",
        "Dulces y repostería",
        "Obradores Sierra de Alcores",
        """
        Miel|r10|7.30|de mil flores,de romero,de azahar|5 kg:5:2,1 kg:1:12
        Turrón|r10|16.80|de Jijona,de Alicante,de yema tostada,de chocolate,de coco|300 g:0.3:20
        Mermelada|r10|3.40|de fresa,de melocotón,de naranja amarga|3 kg:3:4,340 g:0.34:12
        Chocolate|r10|8.20|a la taza,70 % cacao,con leche|1 kg:1:10,5 kg:5:2
        Azúcar|r10|1.15|blanco,moreno,glas|5 kg:5:4,1 kg:1:10
        Azúcar en sobres|r10|2.35|blanco,moreno,blanco y moreno,panela,edulcorante|8 g:0.008:1000
        Galletas|r10|3.10|maría,tostadas,integrales|5 kg:5:1,800 g:0.8:10
        Polvorones y mantecados|r10|6.70|de almendra,de canela,de limón,artesanos,surtido|2 kg:2:4
        Membrillo|r10|3.60|clásico,en tarrina,sin azúcar|1 kg:1:10,5 kg:5:2
        Cobertura|r10|7.90|negra,blanca,con leche|2,5 kg:2.5:4,5 kg:5:2
        """,
    ),
    (
        "BEV",
        "Vinos y bebidas",
        "Bodegas Cerro de los Almendros",
        """
        Vino tinto Rioja|r21|6.20|joven,crianza,reserva|75 cl:1.2:6,37,5 cl:0.65:12
        Vino tinto Ribera del Duero|r21|8.40|roble,crianza,reserva|75 cl:1.2:6,150 cl:2.4:3
        Vino blanco|r21|4.70|Rueda verdejo,Albariño,Penedès|75 cl:1.2:6,37,5 cl:0.65:12
        Vino rosado|r21|4.10|Navarra,Cigales,La Mancha|75 cl:1.2:6,5 l:5.1:4
        Vino de Jerez|r21|7.60|fino,manzanilla,oloroso,amontillado,Pedro Ximénez|75 cl:1.2:6
        Cava|r21|5.30|brut,brut nature,semiseco,reserva,rosado|75 cl:1.5:6
        Cerveza|r21|1.70|lager,tostada,sin alcohol|33 cl:0.35:24,barril 30 l:31:1
        Refresco|r21|1.10|cola,naranja,limón|33 cl:0.35:24,2 l:2.05:6
        Agua mineral|r10|0.32|sin gas,con gas,vidrio|1,5 l:1.52:6,50 cl:0.52:24
        Zumo|r10|1.60|de naranja,de melocotón,de piña|1 l:1.05:12,20 cl:0.22:24
        """,
    ),
    (
        "NUT",
        "Frutos secos y aperitivos",
        "Frutos Secos Peña Rubia",
        """
        Almendra|r10|11.40|marcona cruda,marcona frita,largueta|1 kg:1:10,5 kg:5:2
        Avellana|r10|12.10|cruda,tostada,molida|1 kg:1:10,5 kg:5:2
        Nuez|r10|10.80|en mitades,troceada,con cáscara|1 kg:1:10,5 kg:5:2
        Anacardo|r10|12.90|frito,tostado sin sal,con miel|1 kg:1:10,5 kg:5:2
        Pistacho|r10|16.40|tostado,crudo,sin cáscara|1 kg:1:10,5 kg:5:2
        Cacahuete|r10|4.20|frito,con cáscara,con miel|1 kg:1:10,5 kg:5:2
        Pipas y maíz|r10|4.60|pipas saladas,pipas de calabaza,maíz frito|1 kg:1:10,3 kg:3:4
        Fruta desecada|r10|7.20|higo,orejón,ciruela,dátil,pasa|1 kg:1:10
        Patatas fritas|r10|6.10|clásicas,onduladas,en aceite de oliva|500 g:0.5:8,150 g:0.15:20
        Cóctel a granel|r10|8.80|salado,con frutas,picante,sin sal,ecológico|kg:1:10
        """,
    ),
)
